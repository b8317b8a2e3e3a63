import { horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { type Json, sequence, sometimes, type ViewGroup } from '@viewforge/core';
import type { PatchMask } from './mask-patches.ts';
import { type DrawnMask, maskOf, patchMask } from './patch-mask.ts';

interface MaskedViews {
  readonly size: number;
  readonly scaleRange: readonly [number, number];
  readonly patch: number;
  readonly ratio: number;
  /** Views that are masked, after the whole one. */
  readonly masked: number;
}

/** One whole view and `masked` views of the same crop and flip, each with a mask of its own. */
export function maskedTogether({ size, scaleRange, patch, ratio, masked }: MaskedViews): ViewGroup {
  const augment = sequence(
    randomResizedCrop({ size, scaleRange, interpolation: 'bicubic' }),
    sometimes(0.5, horizontalFlip()),
    patchMask({ patch, ratio, wholeViews: 1 }),
  );
  return { role: 'view', count: 1 + masked, together: true, augment };
}

/** The mask of a view of `mae-views` or `double-mask`, from the view's params; it hides nothing of view 0. */
export function viewMask(params: Json): PatchMask {
  return maskOf((params as readonly Json[]).at(-1) as DrawnMask);
}
