import { allocate, type BestLists } from '@viewforge/kernels';

/** A copy on the memory of the kernels, inside an arena. */
export function floatsOnMemory(from: Float32Array): Float32Array {
  const to = allocate(from.length);
  to.set(from);
  return to;
}

/** A copy on the memory of the kernels, inside an arena. */
export function integersOnMemory(from: Int32Array): Int32Array {
  const { buffer, byteOffset } = allocate(from.length);
  const to = new Int32Array(buffer, byteOffset, from.length);
  to.set(from);
  return to;
}

/** Room for `length` float64 numbers on the memory of the kernels, inside an arena. */
export function doublesOnMemory(length: number): Float64Array {
  const { buffer, byteOffset } = allocate(2 * length);
  return new Float64Array(buffer, byteOffset, length);
}

/** A copy of lists on the memory of the kernels, inside an arena. */
export function listsOnMemory(lists: BestLists): BestLists {
  const { buffer, byteOffset } = allocate(lists.entries.length);
  const entries = new Uint32Array(buffer, byteOffset, lists.entries.length);
  entries.set(lists.entries);
  return { ...lists, entries, sizes: integersOnMemory(lists.sizes), limits: floatsOnMemory(lists.limits) };
}

/** In place: `to` becomes what its copy has become. */
export function copyBack(copy: BestLists, to: BestLists): void {
  to.entries.set(copy.entries);
  to.sizes.set(copy.sizes);
  to.limits.set(copy.limits);
}
