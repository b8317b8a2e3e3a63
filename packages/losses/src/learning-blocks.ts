import type { ContrastBatch } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';

/**
 * What `make` makes of each block of keys that learns; undefined for the frozen ones, whose gradients every loss leaves out. `make` gets
 * the block [k_b, d] and its place.
 */
export function ofLearningBlocks<T>(
  { keys, frozen }: Pick<ContrastBatch, 'keys' | 'frozen'>,
  make: (block: Features, b: number) => T,
): (T | undefined)[] {
  return keys.map((block, b) => (frozen?.[b] ? undefined : make(block, b)));
}
