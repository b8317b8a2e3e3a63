import { type AlignedBatch, type ContrastBatch, ViewforgeError } from '@viewforge/core';
import { type Features, softmax, values } from '@viewforge/tensor';

/** How much each of t tokens belongs to the foreground, and to the background; both sum to 1. */
export interface ForegroundMap {
  /** [t] */
  readonly foreground: Float64Array;
  /** [t] */
  readonly background: Float64Array;
}

/** How alike two views of an item are. */
export interface PairQuality {
  /** Cosine of the foregrounds, [-1, 1]. */
  readonly foreground: number;
  /** Cosine of the backgrounds, [-1, 1]. */
  readonly background: number;
  /** Foreground less background, [-2, 2]: high where the same thing is seen in other surroundings. */
  readonly quality: number;
}

/**
 * The foreground of a view (GenView) from its projections on the first principal direction of patch tokens: [t] numbers, brought to
 * [0, 1] by (p - min) / (max - min + 1e-7) and then to the sum 1, and the same of what is left to 1. Both are uniform where all
 * projections are alike. Throws ViewforgeError: SHAPE for none, NOT_FINITE for one that is no finite number.
 */
export function foregroundMap(projections: ArrayLike<number>): ForegroundMap {
  const given = Float64Array.from(projections);
  if (given.length === 0) throw new ViewforgeError('SHAPE', 'foreground-map', 'expected at least one token, got none');
  const wrong = given.findIndex((each) => !Number.isFinite(each));
  if (wrong !== -1)
    throw new ViewforgeError('NOT_FINITE', 'foreground-map', `expected finite tokens, got ${given[wrong]} for token ${wrong}`);
  const least = given.reduce((low, each) => Math.min(low, each));
  const span = given.reduce((high, each) => Math.max(high, each)) - least;
  const share = given.map((each) => (each - least) / (span + 1e-7));
  return { foreground: toSumOne(share), background: toSumOne(share.map((each) => 1 - each)) };
}

/**
 * Compares the tokens [t, d] of two views by what stands in front and what behind: the cosine of the means of their tokens, weighted by
 * foreground, less that weighted by background. `direction` [d] is the first principal direction of tokens of a sample of images, taken
 * once; tokens are not centered. A mean of length <= 1e-12 has the cosine 0.
 *
 * Throws ViewforgeError: SHAPE for tokens of another width than the direction or none, NOT_FINITE for tokens that are no finite numbers.
 */
export function pairQuality(first: Features, second: Features, direction: ArrayLike<number>): PairQuality {
  const [a, b] = [sidesOf(first, direction), sidesOf(second, direction)];
  const [foreground, background] = [cosine(a.foreground, b.foreground), cosine(a.background, b.background)];
  return { foreground, background, quality: foreground - background };
}

/**
 * [n]; n times the softmax of sharpness * quality: how much each of n pairs counts, 1 on the mean. No gradient flows through it.
 * Throws ViewforgeError: OPTION for a sharpness below 0 or not finite, NOT_FINITE for a quality that is no finite number.
 */
export function qualityWeights(qualities: ArrayLike<number>, sharpness = 1): Float64Array {
  const wrong = Array.from(qualities).findIndex((each) => !Number.isFinite(each));
  if (wrong !== -1)
    throw new ViewforgeError(
      'NOT_FINITE',
      'quality-weights',
      `expected finite qualities, got ${qualities[wrong]} for pair ${wrong}`,
    );
  if (!(sharpness >= 0 && sharpness < Number.POSITIVE_INFINITY))
    throw new ViewforgeError('OPTION', 'quality-weights', `expected a finite sharpness >= 0, got ${sharpness}`);
  // relative to the best, so that no product overflows upward
  const best = Array.from(qualities).reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  return softmax(Float64Array.from(qualities, (each) => (each - best) * sharpness)).map((share) => share * qualities.length);
}

/**
 * The batch with queries that count by `weights` besides the weights they had: one for each query, or one for each item where the queries
 * are several views of all items, stacked one after the other. For weights that are 1 on the mean, the value of a loss is the mean of
 * weight times what it says of each query. Throws ViewforgeError (SHAPE) for a number of weights that does not divide the queries.
 */
export function weighQueries(batch: ContrastBatch, weights: Float64Array): ContrastBatch {
  const n = batch.queries.shape[0]!;
  if (weights.length === 0 || n % weights.length !== 0)
    throw new ViewforgeError(
      'SHAPE',
      'weigh-queries',
      `expected a weight for each of ${n} queries, or for each item, got ${weights.length}`,
    );
  const queryWeights = Float64Array.from(
    { length: n },
    (_, query) => (batch.queryWeights?.[query] ?? 1) * weights[query % weights.length]!,
  );
  return { ...batch, queryWeights };
}

/**
 * The batch with items that count by `weights` besides the weights they had, one for each item: for losses that are means over items, `negativeCosine`
 * (BYOL, SimSiam) and `regression`. Throws ViewforgeError (SHAPE) for another number of weights than items.
 */
export function weighItems(batch: AlignedBatch, weights: Float64Array): AlignedBatch {
  const n = batch.views[0]?.shape[0] ?? 0;
  if (weights.length !== n)
    throw new ViewforgeError('SHAPE', 'weigh-items', `expected a weight for each of ${n} items, got ${weights.length}`);
  return { ...batch, weights: weights.map((weight, item) => (batch.weights?.[item] ?? 1) * weight) };
}

/** Mean tokens [d] of foreground and background. */
function sidesOf(tokens: Features, direction: ArrayLike<number>): ForegroundMap {
  const [t, d] = tokens.shape as [number, number];
  if (d !== direction.length)
    throw new ViewforgeError('SHAPE', 'pair-quality', `expected tokens of [t, ${direction.length}], got [${tokens.shape}]`);
  const given = values(tokens);
  const row = (i: number): Float64Array => Float64Array.from(given.subarray(i * d, i * d + d));
  const map = foregroundMap(Array.from({ length: t }, (_, i) => row(i).reduce((sum, each, e) => sum + each * direction[e]!, 0)));
  const mean = (weights: Float64Array): Float64Array =>
    weights.reduce((sum, weight, i) => sum.map((each, e) => each + weight * given[i * d + e]!), new Float64Array(d));
  return { foreground: mean(map.foreground), background: mean(map.background) };
}

/** Shares of a whole; uniform of nothing but zeros. */
function toSumOne(shares: Float64Array): Float64Array {
  const sum = shares.reduce((all, each) => all + each, 0);
  return shares.map((each) => (sum > 0 ? each / sum : 1 / shares.length));
}

function cosine(a: Float64Array, b: Float64Array): number {
  const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, each, e) => sum + each * y[e]!, 0);
  const [x, y] = [Math.sqrt(dot(a, a)), Math.sqrt(dot(b, b))];
  return x <= 1e-12 || y <= 1e-12 ? 0 : Math.max(-1, Math.min(1, dot(a, b) / (x * y)));
}
