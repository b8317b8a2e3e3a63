import { type MetricReport, ViewforgeError } from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { areFinite, checkLabels, checkSources, type Directions, directionsOf, type LabeledRows } from '../rows.ts';
import { eachNearest, type Nearest } from './nearest.ts';

/** How neighbors vote. */
export interface KnnOptions {
  /** Neighbors that vote; 200 when left out. All of them where there are fewer. */
  readonly k?: number;
  /** What a cosine is divided by before the exponential, above 0; 0.1 when left out. Distances do without. */
  readonly temperature?: number;
  /**
   * 'cosine' (when left out): a neighbor's vote weighs e^(cosine / temperature), and rows of length 0 are left out. 'distance':
   * neighbors by Euclidean distance of rows as they are, a vote weighs 1 / (distance + 1e-5).
   */
  readonly nearness?: 'cosine' | 'distance';
}

/**
 * How often neighbors among `train` vote for the class of a row of `test`: the share of rows of which the class with the
 * largest sum of weights is the right one. In [0, 1]; a tie goes to the lower class.
 *
 * Labels below 0 are none: such rows of `train` do not vote, such rows of `test` do not count. `n` counts rows that were tested.
 * `parts`: `top5`, the share with their class among the first 5 (the first k where k is
 * less), those without a vote in ascending order behind. NaN without rows, or with a number that is not finite. Throws
 * ViewforgeError (SHAPE, LABEL, OPTION).
 */
export function knnAccuracy(train: LabeledRows, test: LabeledRows, options: KnnOptions = {}): MetricReport {
  return accuracyOf(train, test, options, () => true);
}

/**
 * `knnAccuracy` of each row among all other rows, or among rows of other `sources` [n] where these are given: views of other
 * items.
 */
export function knnLeaveOneOut(
  all: LabeledRows,
  options: KnnOptions & { readonly sources?: ArrayLike<number> } = {},
): MetricReport {
  const { sources } = options;
  if (sources) checkSources('knn', all.rows.shape[0]!, sources);
  return accuracyOf(all, all, options, (query, key) => (sources ? sources[query] !== sources[key] : query !== key));
}

/**
 * The class that neighbors among `train` vote for, for each row [n] of `rows`; -1 for a row of length 0 and where nobody votes.
 * Throws ViewforgeError (SHAPE, LABEL, OPTION, NOT_FINITE).
 */
export function knnPredictions(train: LabeledRows, rows: Features, options: KnnOptions = {}): Int32Array {
  if (!areFinite([train.rows, rows])) {
    throw new ViewforgeError('NOT_FINITE', 'knn', 'expected rows of finite numbers, got NaN or an infinity');
  }
  const found = new Int32Array(rows.shape[0]!).fill(-1);
  eachVoted(
    train,
    rows,
    options,
    () => true,
    (row, classes) => {
      found[row] = classes[0] ?? -1;
    },
  );
  return found;
}

function accuracyOf(
  train: LabeledRows,
  test: LabeledRows,
  options: KnnOptions,
  keep: (query: number, key: number) => boolean,
): MetricReport {
  checkLabels('knn', test.rows.shape[0]!, test.labels);
  if (!areFinite([train.rows, test.rows])) return notFinite;
  const first = Math.min(5, options.k ?? 200);
  let [n, top1, top5] = [0, 0, 0];
  const zero = eachVoted(train, test.rows, options, keep, (row, classes) => {
    if (classes.length === 0 || !(test.labels[row]! >= 0)) return;
    n++;
    const place = classes.indexOf(test.labels[row]!);
    if (place === 0) top1++;
    if (place >= 0 && place < first) top5++;
  });
  if (n === 0) return nothingToMeasure('voting needs a row and a neighbor with a class');
  return { value: top1 / n, n, parts: { top5: top5 / n }, notes: zeroNotes(zero) };
}

/**
 * Calls `visit` with each row that has a direction and all classes, best first; none where nobody votes. Returns how many rows
 * have none.
 */
function eachVoted(
  train: LabeledRows,
  test: Features,
  { k = 200, temperature = 0.1, nearness = 'cosine' }: KnnOptions,
  keep: (query: number, key: number) => boolean,
  visit: (row: number, classes: readonly number[]) => void,
): number {
  checkLabels('knn', train.rows.shape[0]!, train.labels);
  if (!(Number.isInteger(k) && k >= 1)) throw new ViewforgeError('OPTION', 'knn', `expected k of at least 1, got ${k}`);
  if (!(temperature > 0)) throw new ViewforgeError('OPTION', 'knn', `expected a temperature above 0, got ${temperature}`);
  const side = nearness === 'cosine' ? directionsOf : asTheyAre;
  const keys = side(train.rows);
  const queries = test === train.rows ? keys : side(test);
  const labels = keys.kept.map((row) => train.labels[row]!);
  const classes = [...new Set(labels)].filter((label) => label >= 0).sort((a, b) => a - b);
  const weigh = nearness === 'cosine' ? (scores: Float64Array) => exponentials(scores, temperature) : inverses;
  eachNearest(
    { queries: queries.rows, keys: keys.rows, nearness: nearness === 'cosine' ? 'product' : 'distance' },
    k,
    (query, found) => {
      const votes = votesOf(found, weigh(found.scores), labels);
      const order = classes.map((label) => votes.get(label) ?? 0);
      const best = votes.size === 0 ? [] : classes.map((_, i) => i).sort((i, j) => order[j]! - order[i]! || i - j);
      visit(
        queries.kept[query]!,
        best.map((i) => classes[i]!),
      );
    },
    (query, key) => labels[key]! >= 0 && keep(queries.kept[query]!, keys.kept[key]!),
  );
  return queries.zero + (queries === keys ? 0 : keys.zero);
}

function votesOf({ keys }: Nearest, weights: Float64Array, labels: Int32Array): ReadonlyMap<number, number> {
  const votes = new Map<number, number>();
  for (const [i, key] of keys.entries()) votes.set(labels[key]!, (votes.get(labels[key]!) ?? 0) + weights[i]!);
  return votes;
}

/** e^(score / temperature), all divided by the largest: at low temperatures they would overflow. */
function exponentials(scores: Float64Array, temperature: number): Float64Array {
  return scores.map((score) => Math.exp((score - scores[0]!) / temperature));
}

function inverses(scores: Float64Array): Float64Array {
  return scores.map((score) => 1 / (Math.sqrt(-score) + 1e-5));
}

function asTheyAre(x: Features): Directions {
  const n = x.shape[0]!;
  return { rows: tensor(Float64Array.from(values(x)), x.shape), kept: Int32Array.from({ length: n }, (_, row) => row), zero: 0 };
}
