import { ViewforgeError } from '@viewforge/core';
import { permutation, type Random } from '@viewforge/random';
import type { TokenGrid } from './token-grid.ts';

/** Which items exchange a box of their grids, and which box. */
export type SwapDraw = {
  readonly pairs: readonly (readonly [number, number])[];
  readonly boxes: readonly { readonly top: number; readonly left: number; readonly height: number; readonly width: number }[];
};

/** Grids with boxes of others, and how much of each is its own. */
export interface SwappedCodes {
  readonly tokens: TokenGrid;
  /** [n]; the item that each grid has a box of, its own index where it has none. */
  readonly partners: Int32Array;
  /** [n]; the share of tokens that are the item's own. */
  readonly own: Float64Array;
}

/**
 * Draws pairs of items, none in two of them (the last of an odd number stays), and for each pair a box of a share of the area, in [0, 1], of the
 * proportions of the grid, at a place of its own. Throws ViewforgeError (OPTION) for a share out of bounds.
 */
export function drawSwap(random: Random, { n, h, w }: Omit<TokenGrid, 'ids'>, share = 0.25): SwapDraw {
  if (!(share >= 0 && share <= 1)) throw new ViewforgeError('OPTION', 'draw-swap', `expected a share in [0, 1], got ${share}`);
  const order = permutation(random, n);
  const pairs = Array.from({ length: Math.floor(n / 2) }, (_, i) => [order[2 * i]!, order[2 * i + 1]!] as const);
  const [height, width] = [h, w].map((side) => Math.round(side * Math.sqrt(share))) as [number, number];
  const boxes = pairs.map(() => ({
    top: random.integer(0, h - height + 1),
    left: random.integer(0, w - width + 1),
    height,
    width,
  }));
  return { pairs, boxes };
}

/** Grids of which each pair has exchanged the tokens of its box. Twice is the identity. */
export function swapCodes(tokens: TokenGrid, { pairs, boxes }: SwapDraw): SwappedCodes {
  const { n, h, w } = tokens;
  const ids = tokens.ids.slice();
  const partners = Int32Array.from({ length: n }, (_, i) => i);
  const own = new Float64Array(n).fill(1);
  for (const [at, [a, b]] of pairs.entries()) {
    const { top, left, height, width } = boxes[at]!;
    for (let y = top; y < top + height; y++) {
      const [p, q] = [(a * h + y) * w + left, (b * h + y) * w + left];
      ids.set(tokens.ids.subarray(q, q + width), p);
      ids.set(tokens.ids.subarray(p, p + width), q);
    }
    [partners[a], partners[b]] = [b, a];
    own[a] = own[b] = 1 - (height * width) / (h * w);
  }
  return { tokens: { ...tokens, ids }, partners, own };
}
