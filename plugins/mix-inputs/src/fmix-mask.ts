/** How a gray image becomes a mask. */
export type Binarizing = {
  /** Share of elements that become 1, in [0, 1]. */
  readonly weight: number;
  /** Whether a count that is no whole number is rounded up. */
  readonly up: boolean;
  /** Share of elements on each side of the edge that fall from 1 to 0 step by step, in [0, 0.5]; never more than there are. */
  readonly softness: number;
};

/**
 * A mask [positions] of 1 where a gray image is brightest and 0 elsewhere. With a soft edge, the elements ranked around the edge take
 * evenly spaced values from 1 down to 0. Among equal elements the earlier one counts as brighter.
 */
export function binarizeMask(gray: Float64Array, { weight, up, softness }: Binarizing): Float64Array {
  const n = gray.length;
  const count = up ? Math.ceil(weight * n) : Math.floor(weight * n);
  const soft = Math.trunc(n * (softness > weight || softness > 1 - weight ? Math.min(weight, 1 - weight) : softness));
  const [low, high] = [Math.max(0, count - soft), Math.min(n, count + soft)];
  const ascending = Float64Array.from(gray).sort();
  const ranked = (rank: number): number => ascending[n - 1 - Math.min(n - 1, Math.max(0, rank))]!;
  // only elements between these two values have to be put in order: all others are surely 1 or 0
  const [bottom, top] = [Math.min(ranked(low), ranked(high - 1)), Math.max(ranked(low), ranked(high - 1))];
  const mask = new Float64Array(n);
  const edge: number[] = [];
  let rank = 0;
  for (let i = 0; i < n; i++) {
    if (gray[i]! > top) mask[i] = 1;
    if (gray[i]! > top) rank++;
    else if (gray[i]! >= bottom) edge.push(i);
  }
  edge.sort((a, b) => gray[b]! - gray[a]! || a - b);
  for (const i of edge) mask[i] = valueAt(rank++, low, high);
  return mask;
}

/** 1 before the edge, 0 after it, and evenly spaced within, both ends included. */
function valueAt(rank: number, low: number, high: number): number {
  if (rank < low || (rank === low && rank < high)) return 1;
  return rank >= high - 1 ? 0 : (rank - low) * (-1 / (high - low - 1)) + 1;
}
