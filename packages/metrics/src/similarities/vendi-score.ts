import { type MetricReport, ViewforgeError } from '@viewforge/core';
import { dotRows, type Features, features, type Tensor, values } from '@viewforge/tensor';
import { symmetricEigenvalues } from '../eigenvalues.ts';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { areFinite, directionsOf } from '../rows.ts';

/** How a Vendi score counts. */
export interface VendiOptions {
  /**
   * Order q of the entropy, in [0, Infinity]; 1 when left out. 0 counts whatever occurs, Infinity asks for the commonest only.
   */
  readonly order?: number;
  /** [n]; how much each item counts, >= 0, any sum above 0; all alike when left out. */
  readonly weights?: ArrayLike<number>;
}

/**
 * How many different items there are, by their similarities [n, n], symmetric with 1 on the diagonal: e^entropy of the
 * eigenvalues of similarities / n. In [1, n]; n where all similarities are 0, 1 where all are 1. Time grows with n^3.
 *
 * `normalized` divides by the root of both diagonal entries first. `parts`: the score of orders 0, 1, 2 and Infinity, and
 * `smallest`, the smallest eigenvalue. Notes tell of a diagonal other than 1, of directions that differ (their mean counts) and
 * of eigenvalues below -1e-6, where similarities are no inner products; negative ones count as 0. NaN without items. Throws
 * ViewforgeError (SHAPE, OPTION).
 */
export function vendiOfSimilarities(
  similarities: Tensor,
  { normalized = false, ...options }: VendiOptions & { readonly normalized?: boolean } = {},
): MetricReport {
  const [n, columns] = similarities.shape as [number, number];
  if (similarities.shape.length !== 2 || n !== columns) {
    throw new ViewforgeError('SHAPE', 'vendi', `expected similarities [n, n], got [${similarities.shape}]`);
  }
  const shares = sharesOf(n, options.weights);
  if (n === 0) return nothingToMeasure('the Vendi score needs an item');
  const given = values(similarities);
  if (!given.every(Number.isFinite)) return nothingToMeasure('similarities are not all finite numbers');
  const { matrix, notes } = squared(given, n, normalized);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j]! *= Math.sqrt(shares[i]! * shares[j]!);
  const report = scored(symmetricEigenvalues(matrix, n), n, options.order);
  return report.n === 0 ? report : { ...report, notes: [...notes, ...report.notes] };
}

/**
 * The Vendi score of rows x [n, d] by their cosines: of x x^T [n, n] or, where rows are narrower than they are many, of x^T x
 * [d, d], which has the same eigenvalues; `form` decides otherwise. Rows of length 0 are left out, with their weights. Other
 * edges as in `vendiOfSimilarities`.
 */
export function vendiOfRows(
  x: Features,
  { form, ...options }: VendiOptions & { readonly form?: 'gram' | 'dual' } = {},
): MetricReport {
  const shares = sharesOf(x.shape[0]!, options.weights);
  if (!areFinite([x])) return notFinite;
  const { rows, kept, zero } = directionsOf(x);
  const [n, d] = rows.shape as [number, number];
  const total = kept.reduce((sum, row) => sum + shares[row]!, 0);
  if (n === 0 || total === 0) return nothingToMeasure('the Vendi score needs a row that is not 0');
  const data = Float64Array.from(values(rows));
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) data[i * d + j]! *= Math.sqrt(shares[kept[i]!]! / total);
  const isDual = form === undefined ? d < n : form === 'dual';
  const matrix = isDual ? crossProducts(data, n, d) : innerProducts(data, n, d);
  const report = scored(symmetricEigenvalues(matrix, isDual ? d : n), n, options.order);
  return { ...report, notes: zeroNotes(zero) };
}

/**
 * The Vendi score of any items by any similarity: symmetric, 1 for the same item. It is asked once for each pair. Edges as in
 * `vendiOfSimilarities`.
 */
export function vendiOfItems<I>(
  items: readonly I[],
  similarity: (a: I, b: I) => number,
  options: VendiOptions & { readonly normalized?: boolean } = {},
): MetricReport {
  const n = items.length;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = similarity(items[i]!, items[j]!);
  }
  return vendiOfSimilarities(features(matrix, n, n), options);
}

/** The score of eigenvalues that sum to 1, at any order. */
function scoreOf(eigenvalues: Float64Array, order: number): number {
  if (order === 1) return Math.exp(-eigenvalues.reduce((sum, l) => sum + (l > 0 ? l * Math.log(l) : 0), 0));
  if (order === 0) return eigenvalues.filter((l) => l > 1e-10).length;
  if (order === Number.POSITIVE_INFINITY) return 1 / eigenvalues[0]!;
  // the largest taken out, or a high order would leave nothing but zeros
  const largest = eigenvalues[0]!;
  const sum = eigenvalues.reduce((total, l) => total + (l > 0 ? (l / largest) ** order : 0), 0);
  return Math.exp((order * Math.log(largest) + Math.log(sum)) / (1 - order));
}

function scored(found: Float64Array, n: number, order = 1): MetricReport {
  if (!(order >= 0)) throw new ViewforgeError('OPTION', 'vendi', `expected an order of at least 0, got ${order}`);
  const smallest = found.at(-1)!;
  // what rounding leaves of 0 would count at orders below 1
  const rounding = found.length * Number.EPSILON * found[0]!;
  const eigenvalues = found.map((l) => (l > rounding ? l : 0));
  if (!(eigenvalues[0]! > 0)) return nothingToMeasure('all similarities are 0');
  return {
    value: scoreOf(eigenvalues, order),
    n,
    parts: {
      order0: scoreOf(eigenvalues, 0),
      order1: scoreOf(eigenvalues, 1),
      order2: scoreOf(eigenvalues, 2),
      orderInfinity: scoreOf(eigenvalues, Number.POSITIVE_INFINITY),
      smallest,
    },
    notes: smallest < -1e-6 ? [`similarities are no inner products: an eigenvalue is ${smallest}`] : [],
  };
}

/** The similarities as a symmetric matrix, with 1 on the diagonal when `normalized`, and what there is to say about them. */
function squared(given: ArrayLike<number>, n: number, normalized: boolean): { matrix: Float64Array; notes: string[] } {
  const matrix = new Float64Array(n * n);
  let [asymmetry, off] = [0, 0];
  const size = (i: number): number => (normalized ? Math.sqrt(given[i * n + i]!) : 1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      asymmetry = Math.max(asymmetry, Math.abs(given[i * n + j]! - given[j * n + i]!));
      const scale = size(i) * size(j);
      matrix[i * n + j] = scale > 0 ? (given[i * n + j]! + given[j * n + i]!) / 2 / scale : 0;
    }
    off = Math.max(off, Math.abs(matrix[i * n + i]! - 1));
  }
  return {
    matrix,
    notes: [
      ...(asymmetry > 1e-6 ? ['similarities are not symmetric: the mean of both directions counts'] : []),
      ...(off > 1e-6 ? ['items are not similar to themselves by 1: the score is no number of items'] : []),
    ],
  };
}

function sharesOf(n: number, weights: ArrayLike<number> | undefined): Float64Array {
  if (weights === undefined) return new Float64Array(n).fill(1 / n);
  const given = Float64Array.from(weights);
  if (given.length !== n) throw new ViewforgeError('SHAPE', 'vendi', `expected ${n} weights, got ${given.length}`);
  const total = given.reduce((sum, weight) => sum + weight, 0);
  if (n > 0 && !(given.every((weight) => weight >= 0) && total > 0 && total < Number.POSITIVE_INFINITY)) {
    throw new ViewforgeError('OPTION', 'vendi', `expected finite weights of at least 0 with a sum above 0, got [${given}]`);
  }
  return given.map((weight) => weight / total);
}

function innerProducts(data: Float64Array, n: number, d: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = dotRows(data, i, data, j, d);
  }
  return matrix;
}

function crossProducts(data: Float64Array, n: number, d: number): Float64Array {
  const matrix = new Float64Array(d * d);
  for (let row = 0; row < n * d; row += d) {
    for (let i = 0; i < d; i++) {
      const left = data[row + i]!;
      for (let j = 0; j <= i; j++) matrix[i * d + j]! += left * data[row + j]!;
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) matrix[j * d + i] = matrix[i * d + j]!;
  return matrix;
}
