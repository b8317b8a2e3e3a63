import type { MadeItem } from '../make-item.ts';

/** Makes the views of items, here or in worker threads; the bytes are the same. */
export interface Maker {
  /** Rejects with a ViewforgeError that names the item. */
  make(index: number, epoch: number): Promise<MadeItem>;
  /** Worker threads in use; 0 when views are made on this thread. */
  readonly workers: number;
  /** Why fewer workers are used than asked for. */
  readonly note: string | undefined;
  close(): Promise<void>;
}
