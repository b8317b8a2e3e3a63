import { type ErrorCode, type Origin, type ViewGroup, ViewforgeError } from '@viewforge/core';
import type { MadeItem } from '../make-item.ts';
import type { RingMemory } from '../ring.ts';

/** What a worker is started with: everything that decides views. */
export interface WorkerTask {
  readonly plan: string;
  readonly seed: number | string;
  readonly epochs: number;
  readonly source: Origin;
  readonly groups: readonly (Required<Omit<ViewGroup, 'augment'>> & { readonly augment: Origin })[];
  /** Module as origins name it -> module to import. */
  readonly modules: readonly (readonly [string, string])[];
}

/** One item to make. */
export interface Job {
  readonly job: number;
  readonly index: number;
  readonly epoch: number;
  /** What the main thread calls this item; the worker's source must agree. */
  readonly id: string;
  /** Where its views go. */
  readonly row: number | undefined;
}

/** What a worker is told. */
export type Told = Job | { readonly ring: RingMemory };

/** What a worker answers: an item, with the views that do not lie in the ring, or why there is none. */
export type Answer =
  | {
      readonly job: number;
      readonly made: Omit<MadeItem, 'views'>;
      readonly shapes: readonly (readonly number[])[];
      readonly own: readonly (Float32Array | undefined)[];
    }
  | { readonly job: number; readonly error: ErrorData };

/** An error as threads hand it over. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly where: string;
  readonly message: string;
  readonly item: string | undefined;
  readonly part: string | undefined;
}

/** An error as plain data; without an item where it is not the fault of one. */
export function errorData(error: unknown): ErrorData {
  if (error instanceof ViewforgeError) {
    const { code, where, item, part } = error;
    return { code, where, message: error.message.replace(`${where}: `, ''), item, part };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'WORKER', where: 'worker', message, item: undefined, part: undefined };
}

/** The error that plain data stands for. */
export function errorFrom({ code, where, message, item, part }: ErrorData): ViewforgeError {
  return new ViewforgeError(code, where, message, { ...(item !== undefined && { item }), ...(part !== undefined && { part }) });
}
