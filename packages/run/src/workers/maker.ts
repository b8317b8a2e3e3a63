import type { MadeItem } from '../make-item.ts';

/** Makes the views of items, here or in worker threads; the bytes are the same. */
export interface Maker {
  /**
   * Views go to this row of the maker's ring, which nobody may need any more; to arrays of their own when it is left out, while
   * the sizes of views are not known yet, or when they differ from item to item.
   * Rejects with a ViewforgeError that names the item, or with the signal's reason as soon as it aborts.
   */
  make(index: number, epoch: number, row?: number): Promise<MadeItem>;
  /** Worker threads in use; 0 when views are made on this thread. */
  readonly workers: number;
  /** Why fewer workers are used than asked for. */
  readonly note: string | undefined;
  close(): Promise<void>;
}
