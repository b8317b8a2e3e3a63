import type { Augmenter, DrawContext, Json } from '@viewforge/core';
import { mapImage } from '@viewforge/image';
import { normalNoise } from '@viewforge/kernels';
import { type Random, seedOf } from '@viewforge/random';
import type { Image } from '@viewforge/tensor';

/** An image [c, h, w] with a dense target [k, h, w], such as classes or depths of pixels. */
export interface DenseSample {
  readonly image: Image;
  readonly target: Image;
}

/** What happens to both, and what to the image alone. */
export interface DenseRecipe {
  /** Give it nearest interpolation where targets are classes. */
  readonly geometry: Augmenter<'image', 'image'>;
  readonly photometric: Augmenter<'image', 'image'>;
}

/** What is drawn for a view of a sample with a dense target. */
export interface DenseDraw {
  readonly geometry: Json;
  readonly photometric: Json;
  /** How much of the target is left in the corrupted one, in [0, 1). */
  readonly share: number;
  /** Names the noise that takes its place. */
  readonly seed: number;
}

/** Draws a view of a sample whose image has this shape. */
export function drawDense(shape: readonly number[], recipe: DenseRecipe, random: Random, context: DrawContext): DenseDraw {
  const geometry = recipe.geometry.draw(shape, random.fork('geometry'), context);
  const photometric = recipe.photometric.draw(recipe.geometry.reshape(shape, geometry), random.fork('photometric'), context);
  const own = random.fork('target');
  return { geometry, photometric, share: own.uniform(0, 1), seed: seedOf(own) };
}

/**
 * A view of a sample with a dense target: the same geometry for both, the photometric change for the image alone, and the target once
 * more as `corrupted`, mixed with normal noise: share · target + (1 - share) · noise, which may leave [0, 1]. A predictor that works in rounds gets
 * it as what it had found so far, and so learns to recover from its own errors.
 */
export function makeDense(
  sample: DenseSample,
  recipe: DenseRecipe,
  drawn: DenseDraw,
): DenseSample & { readonly corrupted: Image } {
  const image = recipe.photometric.apply(recipe.geometry.apply(sample.image, drawn.geometry), drawn.photometric);
  const target = recipe.geometry.apply(sample.target, drawn.geometry);
  const normals = normalNoise(target.size, drawn.seed);
  const corrupted = mapImage(target, (value, i) => drawn.share * value + (1 - drawn.share) * normals[i]!);
  return { image, target, corrupted };
}
