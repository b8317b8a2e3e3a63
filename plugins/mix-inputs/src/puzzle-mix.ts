import { defineMixer, integer, number, type ViewBatch, mixBlend } from '@viewforge/core';
import { type Tensor, tensor, values, zeros } from '@viewforge/tensor';
import { z } from 'zod';
import { assignLeast } from './assign-blocks.ts';
import { blockBorders, blockCount, blockEdges, gradientLengths, type PlaneView, poolBlocks } from './block-image.ts';
import { planesOf } from './boxes.ts';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { drawPartners, partnersOption } from './draw-partners.ts';
import { alphaOption, betaLaw, drawWeight } from './draw-weights.ts';
import { type PuzzleWeighing, puzzleMask } from './puzzle-mask.ts';

/** Who is mixed with whom, in how many blocks, and how the puzzle is weighed. */
export type PuzzleDraw = PuzzleWeighing & {
  readonly weight: number;
  readonly partners: readonly number[];
  /** Blocks along each side: a power of two. Small or odd images get fewer. */
  readonly blocks: number;
  /** What it costs to move a block across the image; 0 where blocks stay. */
  readonly transport: number;
};

/**
 * Mixes each item [..., h, w] with another one block by block, so that what matters of both is seen: `puzzleMask` decides, for every pair.
 * The weight in the blend is the mean of the mask. What matters is, without a model, where intensities change (lengths of the gradient, our
 * choice); the paper takes the gradient of a loss, for which there is `mixPuzzle`.
 */
export const puzzleMix = defineMixer({
  name: 'puzzle-mix',
  summary: 'Mix each item with another one in blocks that keep what matters of both.',
  reference: 'https://arxiv.org/abs/2009.06962',
  mixes: 'batch',
  // more options than a part should have: the energy that is minimized has four terms
  options: z.object({
    alpha: alphaOption(1),
    labels: integer({ default: 3, min: 2, max: 16, unit: 'values', doc: 'Values in [0, 1] that a block of the mask may have.' }),
    smoothness: number({ default: 1.2, min: 0, max: 1e6, unit: 'none', doc: 'Cost of neighboring blocks that differ.' }),
    detail: number({ default: 0.5, min: 0, max: 1e6, unit: 'none', doc: 'Cost of visible borders between blocks.' }),
    prior: number({
      default: 0.2,
      min: 0,
      max: 1e6,
      unit: 'none',
      doc: 'How strongly the mean of the mask is drawn to the weight.',
    }),
    transport: number({
      default: 0,
      min: 0,
      max: 1e6,
      unit: 'none',
      doc: 'Cost of moving a block the length of a side, 0.8 to 10 in the paper, so that it is not hidden; 0 leaves all in place.',
    }),
    partners: partnersOption('permutation'),
    ...viewOptions(),
  }),
  draw: forViews((batch, { alpha, partners, labels, smoothness, detail, prior, transport }, random): PuzzleDraw => {
    planesOf(batch.values, 'puzzle-mix');
    const weight = drawWeight(betaLaw(alpha), random);
    const order = drawPartners(partners, batch.values.shape[0]!, random);
    return { weight, partners: order, blocks: 2 ** random.integer(1, 5), labels, smoothness, detail, prior, transport };
  }),
  apply: whereDrawn((batch, drawn: PuzzleDraw) => mixPuzzle(batch, drawn)),
});

/** A batch mixed in blocks, by a map [n, h, w] of what matters (>= 0, such as lengths of a loss's gradient); local contrast when left out. */
export function mixPuzzle(batch: ViewBatch, drawn: PuzzleDraw, saliency?: Tensor): ViewBatch {
  const size = planesOf(batch.values, 'mixPuzzle');
  const data = values(batch.values);
  const n = blockCount(drawn.blocks, size, drawn.transport > 0);
  const items = drawn.partners.map((_, i): PlaneView => ({ data, offset: i * size.c * size.h * size.w, ...size }));
  const maps = saliency && values(saliency);
  const pooled = items.map((item, i) => {
    return poolBlocks(maps ? maps.subarray(i * size.h * size.w, (i + 1) * size.h * size.w) : gradientLengths(item), size, n);
  });
  const mixed = zeros(batch.values.shape, batch.values);
  const weights = drawn.partners.map((partner, i) => {
    if (partner === i || drawn.weight === 1 || drawn.weight === 0) {
      const from = items[drawn.weight === 0 ? partner : i]!.offset;
      mixed.data.set(data.subarray(from, from + size.c * size.h * size.w), items[i]!.offset);
      return partner === i ? 1 : drawn.weight;
    }
    const [first, second] = [items[i]!, items[partner]!];
    const both = [pooled[i]!, pooled[partner]!] as const;
    const mask = puzzleMask({
      n,
      saliency: both,
      weight: drawn.weight,
      borders: blockBorders(first, second, n),
      weighing: drawn,
    });
    const moved = both.map((each, side) => moves(each, side === 0 ? mask : mask.map((value) => 1 - value), n, drawn.transport));
    mixBlocks(mixed.data, [first, second], moved, mask, n);
    return blockMean(mask, n, size);
  });
  const sources = drawn.partners.map((partner, i) => [[i, weights[i]!] as const, [partner, 1 - weights[i]!] as const]);
  return { ...batch, values: tensor(mixed.data, mixed.shape), blend: mixBlend(batch.blend, sources) };
}

/** The block that is shown at each place: its own, or, where moving is allowed, one that matters more. */
function moves(saliency: Float64Array, mask: Float64Array, n: number, cost: number): Int32Array {
  const count = n * n;
  const shown = Int32Array.from({ length: count }, (_, block) => block);
  if (cost === 0 || n === 1) return shown;
  const costs = Float64Array.from({ length: count * count }, (_, at) => {
    const [from, to] = [Math.floor(at / count), at % count];
    const far = (Math.floor(from / n) - Math.floor(to / n)) ** 2 + ((from % n) - (to % n)) ** 2;
    return (cost * far) / (n - 1) ** 2 - saliency[from]! * mask[to]!;
  });
  for (const [from, to] of assignLeast(costs, count).entries()) shown[to] = from;
  return shown;
}

/** In place: writes the first item, mixed with the second one block by block; `moved` says which block of each is shown where. */
function mixBlocks(
  to: Float32Array | Float64Array,
  [first, second]: readonly [PlaneView, PlaneView],
  moved: readonly Int32Array[],
  mask: Float64Array,
  n: number,
): void {
  const [rows, columns] = [blockEdges(first.h, n), blockEdges(first.w, n)];
  const start = (block: number): number => rows[Math.floor(block / n)]! * first.w + columns[block % n]!;
  for (let block = 0; block < n * n; block++) {
    const weight = mask[block]!;
    const [y, x] = [Math.floor(block / n), block % n];
    const [own, a, b] = [start(block), start(moved[0]![block]!), start(moved[1]![block]!)];
    for (let channel = 0; channel < first.c; channel++) {
      for (let line = 0; line < rows[y + 1]! - rows[y]!; line++) {
        const at = (channel * first.h + line) * first.w;
        for (let k = 0; k < columns[x + 1]! - columns[x]!; k++) {
          const [one, other] = [first.data[first.offset + at + a + k]!, second.data[second.offset + at + b + k]!];
          to[first.offset + at + own + k] = weight === 1 ? one : weight === 0 ? other : weight * one + (1 - weight) * other;
        }
      }
    }
  }
}

/** The mean of a mask over all pixels: blocks count by their size. */
function blockMean(mask: Float64Array, n: number, { h, w }: Pick<PlaneView, 'h' | 'w'>): number {
  const [rows, columns] = [blockEdges(h, n), blockEdges(w, n)];
  const sum = mask.reduce((total, value, block) => {
    const [y, x] = [Math.floor(block / n), block % n];
    return total + value * (rows[y + 1]! - rows[y]!) * (columns[x + 1]! - columns[x]!);
  }, 0);
  return sum / (h * w);
}
