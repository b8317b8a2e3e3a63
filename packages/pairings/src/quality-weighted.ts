import { type EncodedViews, type Pairing, ViewforgeError } from '@viewforge/core';
import { features, type Tensor, values } from '@viewforge/tensor';
import { pairQuality, qualityWeights, weighQueries } from './quality.ts';
import { viewAt } from './role.ts';

const where = 'quality-weighted';

/** Where patch tokens come from, and how sharply their quality weighs. */
export interface QualityOptions {
  /** [d]; the first principal direction of patch tokens, see `firstDirection`. */
  readonly direction: ArrayLike<number>;
  /** The encoder's output [n, t, d] that holds them; 'tokens' when left out. */
  readonly output?: string;
  /** Role of the two views; the first of the plan when left out. */
  readonly role?: string;
  /** Indices of the two views; 0 and 1 when left out. */
  readonly views?: readonly [number, number];
  /** Qualities are multiplied by it before the softmax, >= 0; 1 when left out. */
  readonly sharpness?: number;
}

/**
 * A pairing whose queries count by how good their pair of views is (GenView): n softmax(sharpness * quality) over the items of a batch, where
 * quality is the cosine of the foregrounds of two views less that of their backgrounds, told apart by patch tokens. Weights are 1 on the mean;
 * no gradient flows through them. Batch, state and pullback are otherwise those of `pairing`.
 *
 * `pair` throws, besides what the pairing does, ViewforgeError: NAME for a role or output that is not there, PLAN for a view that is not,
 * SHAPE for tokens of another shape, NOT_FINITE.
 */
export function qualityWeighted<S>(pairing: Pairing<S>, options: QualityOptions): Pairing<S> {
  const { version, kind, makes, start } = pairing;
  return Object.freeze({
    ...{ name: where, version, kind, makes, start },
    pair(encoded, state, progress) {
      const paired = pairing.pair(encoded, state, progress);
      const weights = qualityWeights(pairQualities(encoded, options), options.sharpness);
      return { ...paired, batch: encoded.items.length === 0 ? paired.batch : weighQueries(paired.batch, weights) };
    },
  } satisfies Pairing<S>);
}

/** [n]; the quality in [-2, 2] of the two views of every item, from their patch tokens. Throws as `qualityWeighted`. */
export function pairQualities(encoded: EncodedViews, options: QualityOptions): Float64Array {
  const { direction, role, views = [0, 1] } = options;
  const [first, second] = views.map((index) => tokensOf(encoded, role, index, options)) as [Tensor, Tensor];
  const [n, t, d] = first.shape as [number, number, number];
  const [, u] = second.shape as [number, number, number];
  return Float64Array.from(
    { length: n },
    (_, i) => pairQuality(rowsOf(first, i, t, d), rowsOf(second, i, u, d), direction).quality,
  );
}

function tokensOf(
  encoded: EncodedViews,
  role: string | undefined,
  index: number,
  { direction, output = 'tokens' }: QualityOptions,
): Tensor {
  const { view } = viewAt(encoded, role, index, where);
  const found = view.outputs?.[output];
  if (found === undefined) {
    const known = Object.keys(view.outputs ?? {}).join(', ') || 'none';
    throw new ViewforgeError('NAME', where, `expected an output "${output}" of the encoder, got ${known}`);
  }
  const [n, d] = [encoded.items.length, direction.length];
  if (found.shape.length === 3 && found.shape[0] === n && found.shape[2] === d) return found;
  throw new ViewforgeError('SHAPE', where, `expected tokens of [${n}, t, ${d}], got [${found.shape}]`);
}

/** The tokens [t, d] of item i. */
function rowsOf(tokens: Tensor, i: number, t: number, d: number) {
  return features(values(tokens).subarray(i * t * d, (i + 1) * t * d), t, d);
}
