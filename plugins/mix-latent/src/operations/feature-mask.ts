import { choice, defineAugmenter, number } from '@viewforge/core';
import { createRandom, seedOf } from '@viewforge/random';
import { copy, type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { asType } from '../as-type.ts';

/**
 * Replaces a random share of the coordinates of [n, d] by 0, by their mean over the block, or by what another row of the block has there
 * (the row itself where it is alone). Params hold the seed of the choice. Gradients flow to where each number came from: nowhere for 0,
 * in equal parts to all rows for a mean, to the other row.
 */
export const featureMask = defineAugmenter({
  name: 'feature-mask',
  summary: 'Replace some coordinates by zero, by their mean, or by those of another row.',
  reference: 'https://arxiv.org/abs/2106.15147',
  accepts: 'features',
  returns: 'features',
  options: z.object({
    share: number({ default: 0.1, min: 0, max: 1, unit: 'probability', doc: 'How likely each coordinate is replaced.' }),
    fill: choice(['zero', 'mean', 'row'], {
      default: 'zero',
      doc: 'What takes its place: 0, the mean of the block there, or another row of it.',
    }),
  }),
  draw: (_shape, { share, fill }, random) => ({ seed: seedOf(random), share, fill }),
  apply: (features, drawn) => {
    const result = copy(features);
    const from = values(features);
    const means = drawn.fill === 'mean' ? columnMeans(features) : [];
    const d = features.shape[1]!;
    eachMasked(features.shape, drawn, (element, donor) => {
      result.data[element] = drawn.fill === 'zero' ? 0 : drawn.fill === 'mean' ? means[element % d]! : from[donor]!;
    });
    return result;
  },
  pullback: (features, drawn, gradient) => {
    const g = values(gradient);
    const sums = Float64Array.from(g);
    const [n, d] = features.shape as [number, number];
    const toMeans = new Float64Array(d);
    eachMasked(features.shape, drawn, (element, donor) => {
      sums[element] = sums[element]! - g[element]!;
      if (drawn.fill === 'row') sums[donor] = sums[donor]! + g[element]!;
      if (drawn.fill === 'mean') toMeans[element % d] = toMeans[element % d]! + g[element]! / n;
    });
    if (drawn.fill === 'mean') for (let e = 0; e < sums.length; e++) sums[e] = sums[e]! + toMeans[e % d]!;
    return asType(sums, gradient);
  },
});

interface Masking {
  readonly seed: number;
  readonly share: number;
  readonly fill: string;
}

/** Calls `visit` with each element that is replaced, and the element of another row in its column. */
function eachMasked(
  shape: readonly number[],
  { seed, share, fill }: Masking,
  visit: (element: number, donor: number) => void,
): void {
  const [n, d] = shape as [number, number];
  const gates = createRandom(seed);
  const donors = gates.fork('donors');
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < d; k++) {
      if (!gates.chance(share)) continue;
      const row = fill !== 'row' || n === 1 ? i : (i + donors.integer(1, n)) % n;
      visit(i * d + k, row * d + k);
    }
  }
}

function columnMeans(features: Features): Float64Array {
  const [n, d] = features.shape as [number, number];
  const means = new Float64Array(d);
  for (const [e, value] of values(features).entries()) means[e % d] = means[e % d]! + value / n;
  return means;
}
