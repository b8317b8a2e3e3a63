import type { Extras } from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';

/** An array of a batch, or of its gradients: the field that it is in, and its place where that is a list. */
export interface Slot {
  readonly field: string;
  readonly place: number | undefined;
  readonly array: Tensor;
}

/** The arrays of a batch of any type, or of gradients; targets as weights, exclusions and masks are none. */
export function slotsOf(batch: object): Slot[] {
  return Object.entries(batch).flatMap(([field, value]): Slot[] => {
    if (isTensor(value)) return [{ field, place: undefined, array: value }];
    if (Array.isArray(value)) return value.flatMap((array, place) => (isTensor(array) ? [{ field, place, array }] : []));
    return field === 'extras' ? [{ field, place: undefined, array: (value as Extras).values }] : [];
  });
}

/** The batch with other arrays in these places. */
export function withArrays<T extends object>(batch: T, slots: readonly Slot[]): T {
  const result = { ...batch } as Record<string, unknown>;
  for (const { field, place, array } of slots) {
    if (place !== undefined) result[field] = (result[field] as readonly unknown[]).map((each, p) => (p === place ? array : each));
    else result[field] = field === 'extras' && !isTensor(result[field]) ? { ...(result[field] as Extras), values: array } : array;
  }
  return result as T;
}

/** The same numbers in float32. */
export function inFloat32<T extends object>(batch: T): T {
  const narrow = ({ array }: Slot): Tensor => tensor(Float32Array.from(values(array)), array.shape);
  return withArrays(
    batch,
    slotsOf(batch).map((slot) => ({ ...slot, array: narrow(slot) })),
  );
}

/** The length of each row of d numbers, for each number of an array. */
export function lengthsIn(array: Tensor): Float64Array {
  const d = array.shape.at(-1)!;
  const data = values(array);
  return Float64Array.from(data, (_, i) => Math.hypot(...data.subarray(i - (i % d), i - (i % d) + d)));
}

function isTensor(value: unknown): value is Tensor {
  if (typeof value !== 'object' || value === null || !('data' in value && 'shape' in value)) return false;
  return value.data instanceof Float64Array || value.data instanceof Float32Array;
}
