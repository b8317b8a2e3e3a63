import { type ContrastBatch, type LossGradients, type LossReport, ViewforgeError } from '@viewforge/core';
import { type Features, type Tensor, tensor, values } from '@viewforge/tensor';
import { ofLearningBlocks } from './learning-blocks.ts';
import { largestOf, relativeWeights } from './relative-weights.ts';
import { rowsOf } from './rows.ts';

/**
 * What a loss says of a whole batch, from what it said of the shards of it that `shardContrast` made, all of them, in their order: the report as `measure`
 * gives it, to rounding.
 *
 * For losses that are means over queries of terms that do not depend on other queries: `infoNce`, `ntXent`, `decoupled`, `debiased`, `hardWeighted`, `supCon`
 * (unless it counts queries without a positive), `spectralContrastive`, `listWiseCdf`, what `defineContrastLoss` makes of uncoupled rules, and of metric
 * learning `nca`, `circle`, `lifted`, `fastAp` and `multiSimilarity`. Others look at the batch as a whole, or are means over pairs or triplets: they report no
 * `perQuery`, and are refused.
 *
 * Parts are put together as the losses make them: `queries` and pairs are counted, similarities and distances averaged over queries, or over pairs where a loss
 * reports `positivePairs` and `negativePairs`; parts of other names, of losses of your own, count as means over queries.
 *
 * Throws ViewforgeError (SHAPE) where the reports do not have one number for each query of the batch.
 */
export function combineReports(batch: ContrastBatch, found: readonly LossReport[]): LossReport {
  return { ...combine(batch, found).report };
}

/**
 * Value, parts and gradients of a loss over a whole batch, from those over its shards; as `combineReports`. Gradients of keys are added up, by what the queries of
 * each shard weigh in the mean; the others lie one after the other. Element types are those of the batch.
 */
export function combineShards(batch: ContrastBatch, found: readonly LossGradients[]): LossGradients {
  const { report, shares } = combine(batch, found);
  const gradients = found.map((each) => each.gradients);
  const queries = joined(
    batch.queries,
    gradients.map((each) => each.queries),
    shares,
  );
  const extras =
    batch.extras &&
    joined(
      batch.extras.values,
      gradients.map((each) => each.extras),
      shares,
    );
  const keys = ofLearningBlocks(batch, (block, b) =>
    added(
      block,
      gradients.map((each) => each.keys?.[b]),
      shares,
    ),
  );
  return { ...report, gradients: { ...(queries && { queries }), keys, ...(extras && { extras }) } };
}

interface Combined {
  readonly report: LossReport;
  /** By shard: what its queries weigh in the mean, as a share; all 0 where nothing weighs anything. */
  readonly shares: readonly number[];
}

function combine(batch: ContrastBatch, found: readonly LossReport[]): Combined {
  const n = batch.queries.shape[0]!;
  const perQuery = Float64Array.from(found.flatMap((each) => [...each.perQuery]));
  if (perQuery.length !== n) {
    const lengths = found.map((each) => each.perQuery.length).join(' + ');
    throw new ViewforgeError(
      'SHAPE',
      'combineShards',
      `expected perQuery for each of ${n} queries, got ${lengths}; a loss that is no mean over queries must see the whole batch`,
    );
  }
  const weights = weightsOf(batch, found);
  const total = weights.reduce((all, { sum }) => all + sum, 0);
  const shares = weights.map(({ sum }) => (total === 0 ? 0 : sum / total));
  const value = found.reduce((sum, each, s) => sum + shares[s]! * each.value, 0);
  const units = weights.map(({ largest }) => largest);
  return { report: { value, perQuery, parts: partsOf(batch, found, { shares, units }) }, shares };
}

/** Of the queries of a shard, relative to the largest weight of the batch: what those with a positive weigh together, and the largest of all. */
interface ShardWeights {
  readonly sum: number;
  readonly largest: number;
}

function weightsOf({ queryWeights, queries }: ContrastBatch, found: readonly LossReport[]): ShardWeights[] {
  const weights = relativeWeights(queryWeights, queries.shape[0]!);
  let from = 0;
  return found.map(({ perQuery }) => {
    const own = weights.subarray(from, (from += perQuery.length));
    const sum = own.reduce((all, weight, query) => all + (Number.isNaN(perQuery[query]!) ? 0 : weight), 0);
    return { sum, largest: largestOf(own) };
  });
}

/** By shard: what its queries weigh in the mean, and how much of the largest weight of the batch its own largest is. */
interface PartWeights {
  readonly shares: readonly number[];
  readonly units: readonly number[];
}

function partsOf(batch: ContrastBatch, found: readonly LossReport[], { shares, units }: PartWeights): Record<string, number> {
  const names = [...new Set(found.flatMap(({ parts }) => Object.keys(parts)))];
  return Object.fromEntries(
    names.map((name) => {
      const each = found.map(({ parts }) => parts[name] ?? 0);
      const total = (numbers: readonly number[]): number => numbers.reduce((sum, count) => sum + count, 0);
      if (name === 'queries') return [name, total(each)];
      if (pairCounts.has(name)) return [name, total(each.map((count, s) => units[s]! * count))];
      if (name === 'zeroRows') return [name, each.some((count) => count > 0) ? zeroRowsOf(batch) : 0];
      return [
        name,
        weightedMean(
          each,
          found.map(({ parts }, s) => weightOf(name, parts, shares[s]!, units[s]!)),
        ),
      ];
    }),
  );
}

/** Parts that are sums of the weights of queries, relative to the largest of the shard, over pairs. */
const pairCounts: ReadonlySet<string> = new Set(['positivePairs', 'negativePairs']);

/** What a mean counts: by pairs where a loss tells them, by the negatives that a query sees where it tells these, otherwise by queries. */
function weightOf(name: string, parts: LossReport['parts'], share: number, unit: number): number {
  const pairs = parts[`${name}Pairs`];
  if (pairs !== undefined) return unit * pairs;
  return name === 'negative' ? (parts['negatives'] ?? 1) * share : share;
}

/** The mean by weight of what weighs anything; NaN where nothing does. */
function weightedMean(numbers: readonly number[], weights: readonly number[]): number {
  let [sum, total] = [0, 0];
  for (const [i, weight] of weights.entries()) {
    if (!(weight > 0)) continue;
    sum += weight * numbers[i]!;
    total += weight;
  }
  return sum / total;
}

/** Keys are in every shard, and count once. */
function zeroRowsOf({ queries, keys }: ContrastBatch): number {
  const blocks = [queries, ...keys.filter((block) => block !== queries)];
  return blocks.reduce((count, block) => count + rowsOf(block, 'cosine').norms.filter((norm) => norm === 0).length, 0);
}

/** Gradients of consecutive rows, one after the other; undefined where one is missing. */
function joined(whole: Tensor, pieces: readonly (Tensor | undefined)[], shares: readonly number[]): Tensor | undefined {
  const data = emptyLike(whole);
  let at = 0;
  for (const [s, piece] of pieces.entries()) {
    if (piece === undefined) return undefined;
    for (const each of values(piece)) data[at++] = each * shares[s]!;
  }
  return tensor(data, whole.shape);
}

/** Gradients of the same rows, added up; undefined where one is missing. */
function added(whole: Features, pieces: readonly (Features | undefined)[], shares: readonly number[]): Features | undefined {
  const sum = new Float64Array(values(whole).length);
  for (const [s, piece] of pieces.entries()) {
    if (piece === undefined) return undefined;
    values(piece).forEach((each, i) => {
      sum[i] = sum[i]! + each * shares[s]!;
    });
  }
  const data = emptyLike(whole);
  data.set(sum);
  return tensor(data, whole.shape);
}

function emptyLike(array: Tensor): Float32Array | Float64Array {
  const { length } = values(array);
  return values(array) instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
}
