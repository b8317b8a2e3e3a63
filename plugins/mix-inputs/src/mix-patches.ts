import type { Sources } from '@viewforge/core';
import { type Tensor, tensor, values, zeros } from '@viewforge/tensor';
import { planesOf } from './boxes.ts';
import type { PatchPlan } from './patch-plan.ts';

/** Height and width of a patch in pixels; patches at the end of a side may be smaller. For tokens [L, d] it is 1 by d. */
export type PatchSize = readonly [height: number, width: number];

/** Number of patches of items [..., h, w]. */
export function countPatches(batch: Tensor, [height, width]: PatchSize): number {
  const { h, w } = planesOf(batch, 'countPatches');
  return Math.ceil(h / height) * Math.ceil(w / width);
}

/** Mixed images [g, ..., h, w] of a plan from a batch [n, ..., h, w]: each patch is that of one member, at the same place. */
export function mixPatches(batch: Tensor, { members, sources }: PatchPlan, size: PatchSize): Tensor {
  const mixed = zeros([members.length, ...batch.shape.slice(1)], batch);
  const [from, cut] = [values(batch), cutOf(batch, size)];
  for (const [image, of] of members.entries()) {
    for (const [patch, source] of sources[image]!.entries()) copyPatch([from, of[source]!], [mixed.data, image], cut, patch);
  }
  return mixed;
}

/** The members of mixed images taken apart again, and which of their patches were there. */
export interface Unmixed {
  /** [images * g, ..., h, w], member m of image i at i * g + m; what is missing holds `fill`. */
  readonly values: Tensor;
  /** [images * g, L], 1 for a patch that is missing, which a decoder has to predict, and 0 for one that was kept. */
  readonly missing: Uint8Array;
}

/**
 * Mixed images, or the tokens [images, L, d] an encoder made of them (patches of 1 by d), taken apart: every member with its own
 * patches at their places. `fill`, one number or one for each of the last axis, such as a mask token [d], stands for the others.
 */
export function unmixPatches(
  mixed: Tensor,
  { members, sources }: PatchPlan,
  size: PatchSize,
  fill: number | ArrayLike<number> = 0,
): Unmixed {
  const group = members[0]?.length ?? 1;
  const width = mixed.shape.at(-1)!;
  const filled = zeros([members.length * group, ...mixed.shape.slice(1)], mixed).data;
  for (let k = 0; k < filled.length; k++) filled[k] = typeof fill === 'number' ? fill : fill[k % width]!;
  const apart = tensor(filled, [members.length * group, ...mixed.shape.slice(1)]);
  const patches = countPatches(mixed, size);
  const [from, cut] = [values(mixed), cutOf(mixed, size)];
  const missing = new Uint8Array(members.length * group * patches).fill(1);
  for (const [image, of] of sources.entries()) {
    for (const [patch, source] of of.entries()) {
      const row = image * group + source;
      copyPatch([from, image], [filled, row], cut, patch);
      missing[row * patches + patch] = 0;
    }
  }
  return { values: apart, missing };
}

/** What each mixed image holds of the rows of its batch, by pixels. */
export function patchShares(batch: Tensor, { members, sources }: PatchPlan, [height, width]: PatchSize): Sources[] {
  const { h, w } = planesOf(batch, 'patchShares');
  const across = Math.ceil(w / width);
  return members.map((of, image) => {
    const pixels = of.map(() => 0);
    for (const [patch, source] of sources[image]!.entries()) {
      const [top, left] = [Math.floor(patch / across) * height, (patch % across) * width];
      pixels[source]! += Math.min(height, h - top) * Math.min(width, w - left);
    }
    return of.map((row, member) => [row, pixels[member]! / (h * w)] as const);
  });
}

/** Items [..., h, w] cut into patches. */
interface Cut {
  readonly c: number;
  readonly h: number;
  readonly w: number;
  readonly height: number;
  readonly width: number;
}

function cutOf(batch: Tensor, [height, width]: PatchSize): Cut {
  return { ...planesOf(batch, 'mixPatches'), height, width };
}

/** In place: copies one patch of an item of `from` to the same place of an item of `to`. */
function copyPatch(
  [from, item]: readonly [Float32Array | Float64Array, number],
  [to, target]: readonly [Float32Array | Float64Array, number],
  { c, h, w, height, width }: Cut,
  patch: number,
): void {
  const across = Math.ceil(w / width);
  const [top, left] = [Math.floor(patch / across) * height, (patch % across) * width];
  const [bottom, right] = [Math.min(h, top + height), Math.min(w, left + width)];
  const shift = (target - item) * c * h * w;
  for (let plane = item * c; plane < (item + 1) * c; plane++) {
    for (let y = top; y < bottom; y++) {
      const line = (plane * h + y) * w;
      for (let at = line + left; at < line + right; at++) to[at + shift] = from[at]!;
    }
  }
}
