import type { Augmenter, Json, Mixer, ViewBatch } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, type Tensor, tensor, values } from '@viewforge/tensor';
import { type GradientCheck, type GradientError, gradientError } from './gradients.ts';

/**
 * How far the pullback of an augmenter of features is from central differences in float64, for a fixed weighted sum of all it gives. `held` takes
 * the place of `apply` where the part holds something constant. A part without a pullback is infinitely wrong.
 */
export function augmenterPullbackError<P extends Json>(
  part: Augmenter<'features', 'features', P>,
  rows: Features,
  params: P,
  held: (rows: Features) => Tensor = (moved) => part.apply(moved, params),
  check: GradientCheck = {},
): GradientError {
  const input = inFloat64(rows);
  const slopes = slopesFor(held(input));
  if (part.pullback === undefined) return nothing;
  return gradientError(([moved]) => weighted(held(moved!), slopes), [input], [part.pullback(input, params, slopes)], check);
}

/** The same of the values of a mixer of inputs. */
export function mixerPullbackError<P extends Json>(
  part: Mixer<'batch', P>,
  batch: ViewBatch,
  params: P,
  check: GradientCheck = {},
): GradientError {
  const input = inFloat64(batch.values);
  const held = (moved: Tensor): Tensor => part.apply({ ...batch, values: moved }, params).values;
  const slopes = slopesFor(held(input));
  const found = part.pullback?.({ ...batch, values: input }, params, { values: slopes }).values;
  return found === undefined ? nothing : gradientError(([moved]) => weighted(held(moved!), slopes), [input], [found], check);
}

const nothing: GradientError = { worst: Number.POSITIVE_INFINITY, where: 'nowhere: no gradient was given', scale: 0 };

function inFloat64(array: Tensor): Tensor {
  return tensor(Float64Array.from(values(array)), array.shape);
}

function slopesFor(result: Tensor): Tensor {
  const random = createRandom('slopes of a pullback');
  return tensor(
    Float64Array.from(values(result), () => random.normal(0, 1)),
    result.shape,
  );
}

function weighted(result: Tensor, slopes: Tensor): number {
  const [found, weights] = [values(result), values(slopes)];
  let sum = 0;
  for (let e = 0; e < found.length; e++) sum += found[e]! * weights[e]!;
  return sum;
}
