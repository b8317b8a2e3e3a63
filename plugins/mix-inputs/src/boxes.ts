import { ViewforgeError } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { type Tensor, tensor, values } from '@viewforge/tensor';

/** A rectangle of whole pixels, [top, bottom) and [left, right); empty where an interval is. */
export type Region = {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
};

/** The last two axes of items [..., h, w], and the product c of those before. Throws ViewforgeError (SHAPE) for fewer axes. */
export function planesOf(batch: Tensor, where: string): { readonly c: number; readonly h: number; readonly w: number } {
  const item = batch.shape.slice(1);
  const [h, w] = item.slice(-2);
  if (h === undefined || w === undefined)
    throw new ViewforgeError('SHAPE', where, `expected items of [..., h, w], got [${item}]; rows of a table take mixup or fmix`);
  return { c: item.slice(0, -2).reduce((product, size) => product * size, 1), h, w };
}

/**
 * The region of `height` by `width` pixels around a center (pixel indices), cut off at the border. As in the published code of
 * CutMix, it reaches floor(side / 2) to both sides, so that an odd side loses a pixel.
 */
export function regionAround(
  [y, x]: readonly [number, number],
  [height, width]: readonly [number, number],
  { h, w }: { readonly h: number; readonly w: number },
): Region {
  const clip = (at: number, most: number): number => Math.min(most, Math.max(0, at));
  const [down, across] = [Math.floor(height / 2), Math.floor(width / 2)];
  return { top: clip(y - down, h), left: clip(x - across, w), bottom: clip(y + down, h), right: clip(x + across, w) };
}

/** The region of CutMix for a weight: 1 - weight of the area, sides rounded down, before it is cut off at the border. */
export function cutRegion(
  weight: number,
  center: readonly [number, number],
  size: { readonly h: number; readonly w: number },
): Region {
  const side = Math.sqrt(1 - weight);
  return regionAround(center, [Math.trunc(size.h * side), Math.trunc(size.w * side)], size);
}

/** A center, each pixel equally likely: first its column, then its row. */
export function drawCenter({ h, w }: { readonly h: number; readonly w: number }, random: Random): [y: number, x: number] {
  const x = random.integer(0, w);
  return [random.integer(0, h), x];
}

/** The share of the pixels [h, w] that lie outside of a region: what is left of the first image. */
export function shareOutside({ top, left, bottom, right }: Region, { h, w }: { readonly h: number; readonly w: number }): number {
  return 1 - ((bottom - top) * (right - left)) / (h * w);
}

/** Every item of a batch [n, ..., h, w] with a region of its partner pasted over the same region of its own. */
export function pasteRegion(batch: Tensor, partners: readonly number[], region: Region): Tensor {
  const from = values(batch);
  const to = from.slice();
  const [h, w] = batch.shape.slice(-2) as [number, number];
  const planes = from.length / Math.max(1, partners.length * h * w);
  for (const [i, partner] of partners.entries()) {
    for (let c = 0; c < planes; c++) {
      for (let y = region.top; y < region.bottom; y++) {
        const [own, other] = [((i * planes + c) * h + y) * w, ((partner * planes + c) * h + y) * w];
        to.set(from.subarray(other + region.left, other + region.right), own + region.left);
      }
    }
  }
  return tensor(to, batch.shape);
}
