import { ViewforgeError } from '@viewforge/core';
import { type Features, type Tensor, tensor, values } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import { checkLabels, isFiniteRow, type RowBlock, rowBlock } from './class-rows.ts';

/** Mean and covariance of the rows of each class seen so far; plain data, never written again. */
export interface ClassCovariance {
  /** [classes]; rows seen. */
  readonly counts: Float64Array;
  /** [classes, d] in float64. */
  readonly means: Features;
  /** By class: [d, d] in float64, symmetric, or [d] where only the diagonal is kept; 0 of classes with less than two rows. */
  readonly covariances: readonly Tensor[];
  /** Rows left out so far, because they held NaN or an infinity. */
  readonly skipped: number;
}

/** No rows seen of any class. `form` says whether all of a covariance [d, d] is kept or its diagonal [d]. */
export function startCovariance(classes: number, width: number, form: 'full' | 'diagonal' = 'full'): ClassCovariance {
  const shape = form === 'full' ? [width, width] : [width];
  const nothing = tensor(new Float64Array(form === 'full' ? width * width : width), shape); // one for all: it is never written
  return {
    counts: new Float64Array(classes),
    means: tensor(new Float64Array(classes * width), [classes, width]),
    covariances: Array.from({ length: classes }, () => nothing),
    skipped: 0,
  };
}

/**
 * The state after a batch of rows [n, d] with their classes. For a class with N rows before and n now, of mean m and population covariance
 * V, it is with w = n / (n + N): (1 - w) C + w V + w (1 - w) (mu - m)(mu - m)^T, which is the covariance of all n + N rows (ISDA, LaSO and
 * SF(DA)² need no more). Classes that the batch lacks share their arrays with the state before. Rows with NaN or an infinity are left out
 * and counted.
 *
 * Throws ViewforgeError: SHAPE for rows of another width or labels of another number, LABEL for a class out of range.
 */
export function updateCovariance(state: ClassCovariance, rows: Features, labels: Int32Array): ClassCovariance {
  const where = 'update-covariance';
  const [classes, d] = state.means.shape as [number, number];
  const block = rowBlock(rows, where, 'rows', d);
  checkLabels(labels, block.n, classes, where);
  const means = values(state.means).slice() as Float64Array;
  const counts = state.counts.slice();
  const covariances = [...state.covariances];
  let used = 0;
  for (const [label, members] of groupRows(block, labels)) {
    const weight = members.length / (members.length + counts[label]!);
    const mean = means.subarray(label * d, label * d + d);
    const fresh = meanOf(block, members);
    const next = scaled(covariances[label]!, 1 - weight);
    addSpread(next, deviations(block, members, fresh), weight / members.length, d);
    addSpread(next, [mean.map((each, e) => each - fresh[e]!)], weight * (1 - weight), d);
    covariances[label] = tensor(next, covariances[label]!.shape);
    for (let e = 0; e < d; e++) mean[e] = (1 - weight) * mean[e]! + weight * fresh[e]!;
    counts[label] = counts[label]! + members.length;
    used += members.length;
  }
  return { counts, means: tensor(means, [classes, d]), covariances, skipped: state.skipped + block.n - used };
}

/**
 * What arrives at the rows of a batch from gradients by class of the covariances that `updateCovariance(state, rows, labels)` gives, [d, d]
 * or [d] as they are; undefined where none flows. Rows that were left out have gradient 0. [n, d] in the element type of `rows`.
 */
export function pullCovariance(
  state: ClassCovariance,
  rows: Features,
  labels: Int32Array,
  gradients: readonly (Tensor | undefined)[],
): Features {
  const block = rowBlock(rows, 'pull-covariance', 'rows', state.means.shape[1]!);
  const { d } = block;
  const before = values(state.means);
  const result = new Float64Array(block.n * d);
  for (const [label, members] of groupRows(block, labels)) {
    const gradient = gradients[label];
    if (gradient === undefined) continue;
    const weight = members.length / (members.length + state.counts[label]!);
    const mean = meanOf(block, members);
    const toMean = bothSides(
      gradient,
      mean.map((each, e) => (weight * (1 - weight) * (each - before[label * d + e]!)) / members.length),
    );
    for (const row of members) {
      const own = mean.map((each, e) => (weight * (block.data[row * d + e]! - each)) / members.length);
      const slopes = bothSides(gradient, own);
      for (let e = 0; e < d; e++) result[row * d + e] = slopes[e]! + toMean[e]!;
    }
  }
  return asType(result, rows);
}

/** Throws ViewforgeError unless there is a covariance [d, d] or [d] for each class (SHAPE), of finite numbers (NOT_FINITE). */
export function checkCovariances(covariances: readonly Tensor[], classes: number, d: number, where: string): void {
  if (covariances.length !== classes) {
    throw new ViewforgeError('SHAPE', where, `expected ${classes} covariances, one a class, got ${covariances.length}`);
  }
  covariances.forEach((covariance, label) => {
    const { shape } = covariance;
    if (!(shape.every((size) => size === d) && (shape.length === 1 || shape.length === 2))) {
      throw new ViewforgeError(
        'SHAPE',
        where,
        `expected covariances of [${d}, ${d}] or [${d}], got [${shape}] for class ${label}`,
      );
    }
    if (!values(covariance).every((each) => Number.isFinite(each))) {
      throw new ViewforgeError('NOT_FINITE', where, `expected finite covariances, got one for class ${label} that is not`);
    }
  });
}

/** Rows of each class, ascending, without those that hold no finite number. */
function groupRows(block: RowBlock, labels: Int32Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < block.n; row++) {
    if (!isFiniteRow(block, row)) continue;
    const members = groups.get(labels[row]!);
    if (members) members.push(row);
    else groups.set(labels[row]!, [row]);
  }
  return groups;
}

function meanOf({ data, d }: RowBlock, members: readonly number[]): Float64Array {
  const mean = new Float64Array(d);
  for (const row of members) for (let e = 0; e < d; e++) mean[e] = mean[e]! + data[row * d + e]!;
  return mean.map((sum) => sum / members.length);
}

function deviations({ data, d }: RowBlock, members: readonly number[], mean: Float64Array): Float64Array[] {
  return members.map((row) => mean.map((each, e) => data[row * d + e]! - each));
}

function scaled(covariance: Tensor, factor: number): Float64Array {
  const result = Float64Array.from(values(covariance));
  for (let at = 0; at < result.length; at++) result[at] = factor * result[at]!;
  return result;
}

/** In place: adds `weight` times the outer products of vectors with themselves, or their diagonals. */
function addSpread(covariance: Float64Array, vectors: readonly Float64Array[], weight: number, d: number): void {
  const isFull = covariance.length === d * d; // of one feature both are the same
  for (const vector of vectors) {
    for (let e = 0; e < d; e++) {
      const share = weight * vector[e]!;
      const [from, to] = isFull ? [0, d] : [e, e + 1];
      const at = isFull ? e * d : 0;
      for (let f = from; f < to; f++) covariance[at + f] = covariance[at + f]! + share * vector[f]!;
    }
  }
}

/** (G + G^T) v: what a quadratic form v^T G v changes by. */
function bothSides(gradient: Tensor, vector: Float64Array): Float64Array {
  const data = values(gradient);
  const d = vector.length;
  if (gradient.shape.length === 1) return vector.map((each, e) => 2 * data[e]! * each);
  return vector.map((_, e) => {
    let sum = 0;
    for (let f = 0; f < d; f++) sum += (data[e * d + f]! + data[f * d + e]!) * vector[f]!;
    return sum;
  });
}
