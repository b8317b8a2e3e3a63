import { ViewforgeError } from '@viewforge/core';
import { dotProducts, dotRows, type Features, logSumExp, type Matrix, type Tensor, values } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import { checkCovariances } from './class-covariance.ts';
import { checkFinite, checkLabels, type RowBlock, rowBlock } from './class-rows.ts';

/** Rows, the linear classifier behind them, and how the rows of each class spread. */
export interface ClassifiedRows {
  /** [n, d] */
  readonly rows: Features;
  /** [classes, d]; w_j. */
  readonly weights: Features;
  /** [classes]; none when left out. */
  readonly bias?: Tensor;
  /** [n]; the class of each row, or a pseudo label. */
  readonly labels: Int32Array;
  /** By class [d, d], symmetric, or [d] for a diagonal; no gradient flows to them. */
  readonly covariances: readonly Tensor[];
}

/** What a loss over classified rows found, and how it changes with what it was given. */
export interface ClassifiedReport {
  /** The mean of `perRow`, 0 of no rows; nats. */
  readonly value: number;
  /** [n] */
  readonly perRow: Float64Array;
  readonly gradients: {
    /** [n, d] */
    readonly rows: Features;
    /** [classes, d] */
    readonly weights: Features;
    /** [classes]; there when the classifier has a bias. */
    readonly bias?: Tensor;
  };
}

/** How logits are raised, and which classes are the target. */
export interface Augmenting {
  /** Every cross entropy is multiplied by it. */
  readonly factor: number;
  /** Logits are raised by half of it times (w_j - w_i)^T C (w_j - w_i); >= 0. */
  readonly strength: number;
  /** Whether the target i is the row's own class, or every class in turn, whose terms are summed. */
  readonly target: 'own' | 'every';
}

/**
 * Cross entropies of rows whose logits were raised by what noise of covariance `strength` C would add to them on average, C being that of
 * the row's class. The covariance, and the row's share in it, are held constant; the classifier's weights get the gradient of both the
 * logits and what was added. Throws ViewforgeError: SHAPE, LABEL, NOT_FINITE or OPTION for a strength below 0.
 */
export function augmentedCrossEntropy(given: ClassifiedRows, augmenting: Augmenting, where: string): ClassifiedReport {
  const { rows, weights, bias, labels } = given;
  const left = checked(given, augmenting, where);
  const { n, d } = left.rows;
  const classes = left.weights.n;
  const perRow = new Float64Array(n);
  const logits = logitsOf(left, bias);
  const slopes = new Float64Array(n * classes);
  const toRows = new Float64Array(n * d);
  const toWeights = new Float64Array(classes * d);
  const toBias = new Float64Array(classes);
  const scale = n === 0 ? 0 : augmenting.factor / n;
  for (const label of new Set(labels)) {
    const targets = augmenting.target === 'own' ? [label] : Array.from({ length: classes }, (_, i) => i);
    const spread = spreadOf(left.weights, given.covariances[label]!, targets);
    for (let row = 0; row < n; row++) {
      if (labels[row] !== label) continue;
      const [from, to] = [row * classes, (row + 1) * classes];
      perRow[row] = measureRow(logits.subarray(from, to), augmenting, spread, slopes.subarray(from, to));
    }
    addQuadratic(toWeights, spread, d, scale * augmenting.strength);
  }
  addLinear(left, slopes, scale, { toRows, toWeights, toBias });
  return {
    value: n === 0 ? 0 : perRow.reduce((sum, each) => sum + each, 0) / n,
    perRow,
    gradients: {
      rows: asType(toRows, rows),
      weights: asType(toWeights, weights),
      ...(bias && { bias: asType(toBias, bias, [classes]) }),
    },
  };
}

interface Checked {
  readonly rows: Matrix;
  readonly weights: Matrix;
}

function checked({ rows, weights, bias, labels, covariances }: ClassifiedRows, { strength }: Augmenting, where: string): Checked {
  const block = rowBlock(rows, where, 'rows');
  const classifier = rowBlock(weights, where, 'weights', block.d);
  checkLabels(labels, block.n, classifier.n, where);
  checkCovariances(covariances, classifier.n, block.d, where);
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== classifier.n)) {
    throw new ViewforgeError('SHAPE', where, `expected a bias of [${classifier.n}], got [${bias.shape}]`);
  }
  if (!(strength >= 0 && strength < Number.POSITIVE_INFINITY)) {
    throw new ViewforgeError('OPTION', where, `expected a strength >= 0, got ${strength}`);
  }
  checkFinite(block, where, 'rows');
  checkFinite(classifier, where, 'weights');
  return { rows: inFloat64(block), weights: inFloat64(classifier) };
}

function inFloat64({ data, n, d }: RowBlock): Matrix {
  return { data: Float64Array.from(data), n, d };
}

/** What a class's covariance does to a classifier. */
interface Spread {
  readonly targets: readonly number[];
  /** [classes, d]; C w_j. */
  readonly products: Float64Array;
  /** [targets, classes]; (w_j - w_i)^T C (w_j - w_i) of class j and target i. */
  readonly forms: Float64Array;
  /** [targets, classes]; by target, how much class j is given in all rows. */
  readonly given: Float64Array;
}

function spreadOf(weights: Matrix, covariance: Tensor, targets: readonly number[]): Spread {
  const { data, n, d } = weights;
  const products = new Float64Array(n * d);
  const spread = Float64Array.from(values(covariance));
  // a covariance is symmetric: its rows are its columns
  if (covariance.shape.length === 2) timesRows(weights, { data: spread, n: d, d }, products);
  else for (let at = 0; at < products.length; at++) products[at] = spread[at % d]! * data[at]!;
  const own = Float64Array.from({ length: n }, (_, j) => dotRows(data, j, products, j, d));
  const forms = new Float64Array(targets.length * n);
  for (const [t, i] of targets.entries()) {
    for (let j = 0; j < n; j++) forms[t * n + j] = i === j ? 0 : own[j]! - 2 * dotRows(data, i, products, j, d) + own[i]!;
  }
  return { targets, products, forms, given: new Float64Array(targets.length * n) };
}

/** In place: every row times every key, [rows, keys]. */
function timesRows(rows: Matrix, keys: Matrix, into: Float64Array): void {
  dotProducts({ rows, first: 0, count: rows.n }, keys, 1, { data: into, at: 0, stride: keys.n });
}

/** [n, classes] */
function logitsOf({ rows, weights }: Checked, bias: Tensor | undefined): Float64Array {
  const logits = new Float64Array(rows.n * weights.n);
  timesRows(rows, weights, logits);
  if (bias === undefined) return logits;
  const given = values(bias);
  return logits.map((logit, at) => logit + given[at % weights.n]!);
}

/** In place: slopes by logit are added to `slopes`, shares given to the spread. The row's value, factor included. */
function measureRow(
  logits: Float64Array,
  { factor, strength }: Augmenting,
  { targets, forms, given }: Spread,
  slopes: Float64Array,
): number {
  const classes = logits.length;
  const raised = new Float64Array(classes);
  let value = 0;
  for (const [t, i] of targets.entries()) {
    for (let j = 0; j < classes; j++) raised[j] = logits[j]! + (strength / 2) * forms[t * classes + j]!;
    const total = logSumExp(raised);
    value += factor * (total - raised[i]!);
    for (let j = 0; j < classes; j++) {
      const share = Math.exp(raised[j]! - total);
      slopes[j] = slopes[j]! + share - Number(i === j);
      given[t * classes + j] = given[t * classes + j]! + share;
    }
  }
  return value;
}

/** In place: the gradients of the logits, from slopes [n, classes]. */
function addLinear(
  { rows, weights }: Checked,
  slopes: Float64Array,
  scale: number,
  { toRows, toWeights, toBias }: Readonly<Record<'toRows' | 'toWeights' | 'toBias', Float64Array>>,
): void {
  const { n, d } = rows;
  const classes = weights.n;
  for (let row = 0; row < n; row++) {
    for (let j = 0; j < classes; j++) {
      const slope = scale * slopes[row * classes + j]!;
      toBias[j] = toBias[j]! + slope;
      for (let e = 0; e < d; e++) {
        toRows[row * d + e] = toRows[row * d + e]! + slope * weights.data[j * d + e]!;
        toWeights[j * d + e] = toWeights[j * d + e]! + slope * rows.data[row * d + e]!;
      }
    }
  }
}

/** In place: the gradient of the quadratic terms, share * C (w_j - w_i) to w_j and its negative to w_i. */
function addQuadratic(toWeights: Float64Array, { targets, products, given }: Spread, d: number, scale: number): void {
  const classes = given.length / Math.max(1, targets.length);
  for (const [t, i] of targets.entries()) {
    for (let j = 0; j < classes; j++) {
      const share = scale * given[t * classes + j]!;
      if (i === j || share === 0) continue;
      for (let e = 0; e < d; e++) {
        const slope = share * (products[j * d + e]! - products[i * d + e]!);
        toWeights[j * d + e] = toWeights[j * d + e]! + slope;
        toWeights[i * d + e] = toWeights[i * d + e]! - slope;
      }
    }
  }
}
