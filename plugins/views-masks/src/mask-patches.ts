import type { Random } from '@viewforge/random';

/** Which of n patches are hidden, and how to get from all patches to the visible ones and back. */
export interface PatchMask {
  /** [n]; patches in the order of their noise. The visible ones come first. */
  readonly shuffle: Int32Array;
  /** [k]; the visible patches, in that order. */
  readonly keep: Int32Array;
  /** [n]; 1 where a patch is hidden, 0 where it is visible. */
  readonly mask: Float32Array;
  /** [n]; where each patch stands in `shuffle`: its inverse. */
  readonly restore: Int32Array;
}

/**
 * Hides the share `ratio` in [0, 1) of patches, those of the largest noise: k = floor(n (1 - ratio)) stay, at least one. Equal noise
 * counts as ascending with the patch. A billionth is added before rounding down, so that 10 (1 - 0.9) is 1.
 * Throws RangeError without patches and for a ratio outside [0, 1).
 */
export function maskPatches(noise: ArrayLike<number>, ratio: number): PatchMask {
  const n = noise.length;
  if (n < 1 || !(ratio >= 0 && ratio < 1)) {
    throw new RangeError(`maskPatches: expected patches and a ratio in [0, 1), got ${n} patches and ${ratio}`);
  }
  const shuffle = Int32Array.from({ length: n }, (_, patch) => patch).sort((a, b) => noise[a]! - noise[b]! || a - b);
  const restore = new Int32Array(n);
  shuffle.forEach((patch, place) => {
    restore[patch] = place;
  });
  const keep = shuffle.slice(0, Math.max(1, Math.floor(n * (1 - ratio) + 1e-9)));
  const mask = new Float32Array(n).fill(1);
  for (const patch of keep) mask[patch] = 0;
  return { shuffle, keep, mask, restore };
}

/** A mask of n patches drawn at random: `maskPatches` of n uniform numbers, drawn by patch. */
export function drawPatches(random: Random, n: number, ratio: number): PatchMask {
  const noise = Float64Array.from({ length: n }, () => random.uniform(0, 1));
  return maskPatches(noise, ratio);
}

/** 1 where a patch is hidden in both masks [n], otherwise 0. Two independent masks of a share r have n r² such patches on average. */
export function hiddenInBoth(one: Float32Array, other: Float32Array): Float32Array {
  if (one.length !== other.length)
    throw new RangeError(`hiddenInBoth: expected masks of one length, got ${one.length} and ${other.length}`);
  return one.map((hidden, patch) => hidden * other[patch]!);
}
