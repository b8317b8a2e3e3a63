import { defineLoss, type DistributionBatch, type LossReport, number, ViewforgeError } from '@viewforge/core';
import { type Features, logSumExp, values } from '@viewforge/tensor';
import { z } from 'zod';
import { asType } from '../as-type.ts';

/**
 * Spectral neighborhood clustering: what a student says of an item, p_i = softmax(scores), agrees with what its teachers s_k, its neighbors in
 * the augmentation graph, say of themselves, and differs from what it says of the other items:
 * the mean over items of -sum over k of p_i . s_k + negativeWeight * sum over j != i of (p_i . p_j)²; of several students the mean. It is a
 * spectral contrastive loss whose positives are neighbors. `neighborBatch` makes the batch from a bank, `spectralDecay` gives the weight.
 *
 * Gradients: `students`, [n, k] each; none flow to teachers. `perQuery` is by item. `parts`: `positive` and `negative`, without the weight.
 * No teacher: the first term is 0. One item: the second is.
 *
 * Throws ViewforgeError: OPTION for a weight below 0, SHAPE for parts that do not fit, NOT_FINITE for a score that is no finite number.
 */
export const spectralNeighborhood = defineLoss({
  name: 'spectral-neighborhood',
  summary: 'Agree with neighbors in the augmentation graph and differ from the batch (SF(DA)²).',
  reference: 'https://arxiv.org/abs/2403.10834',
  measures: 'distributions',
  options: z.object({
    negativeWeight: number({
      default: 1,
      min: 0,
      unit: 'none',
      doc: 'Weight of differing from other items; it falls with training.',
    }),
  }),
  measure: (batch, { negativeWeight }) => cluster(batch, negativeWeight),
  differentiate(batch, { negativeWeight }) {
    const slopes = batch.students.map(({ shape }) => new Float64Array(shape.reduce((product, size) => product * size, 1)));
    const report = cluster(batch, negativeWeight, slopes);
    return {
      ...report,
      gradients: { students: slopes.map((sums, v) => asType(sums, batch.students[v]!)) },
    };
  },
});

/** The weight of the second term after a share of training, `fraction` in [0, 1]: alpha (1 + 10 fraction)^(-beta). */
export function spectralDecay(
  fraction: number,
  { alpha = 1, beta = 5 }: { readonly alpha?: number; readonly beta?: number } = {},
): number {
  return alpha * (1 + 10 * fraction) ** -beta;
}

function cluster(batch: DistributionBatch, weight: number, slopes?: readonly Float64Array[]): LossReport {
  checkBatch(batch);
  const { students, teachers, taughtBy } = batch;
  const [n, k] = students[0]!.shape as [number, number];
  const perQuery = new Float64Array(n);
  const center = batch.center && values(batch.center);
  const lessons = teachers.map((scores, t) => sharesOf(scores, `teachers[${t}]`, center));
  let [positive, negative] = [0, 0];
  students.forEach((scores, v) => {
    const shares = sharesOf(scores, `students[${v}]`);
    const own = lessons.filter((_, t) => taughtBy === 'all' || t !== v);
    for (let i = 0; i < n; i++) {
      const slope = new Float64Array(k);
      const near = agreement(shares, own, i, k, slope);
      const far = squares(shares, i, n, k, slope, weight);
      positive -= near / (n * students.length);
      negative += far / (n * students.length);
      perQuery[i] = perQuery[i]! + (weight * far - near) / students.length;
      if (slopes) pullSoftmax(shares, slope, i, k, slopes[v]!, 1 / (n * students.length));
    }
  });
  const value = n === 0 ? 0 : perQuery.reduce((sum, each) => sum + each, 0) / n;
  return { value, perQuery, parts: { positive, negative } };
}

/** Sum over teachers of p_i . s_k. In place: their negative sum is added to `slope`. */
function agreement(shares: Float64Array, lessons: readonly Float64Array[], i: number, k: number, slope: Float64Array): number {
  let sum = 0;
  for (const lesson of lessons) {
    for (let c = 0; c < k; c++) {
      const said = lesson[i * k + c]!;
      sum += shares[i * k + c]! * said;
      slope[c] = slope[c]! - said;
    }
  }
  return sum;
}

/** Sum over other rows of (p_i . p_j)². In place: 4 weight (p_i . p_j) p_j is added to `slope`, the pair counting from both its ends. */
function squares(shares: Float64Array, i: number, n: number, k: number, slope: Float64Array, weight: number): number {
  let sum = 0;
  for (let j = 0; j < n; j++) {
    if (j === i) continue;
    let product = 0;
    for (let c = 0; c < k; c++) product += shares[i * k + c]! * shares[j * k + c]!;
    sum += product * product;
    for (let c = 0; c < k; c++) slope[c] = slope[c]! + 4 * weight * product * shares[j * k + c]!;
  }
  return sum;
}

/** In place: p (g - p . g), times a scale, at row i. */
function pullSoftmax(shares: Float64Array, slope: Float64Array, i: number, k: number, into: Float64Array, scale: number): void {
  let along = 0;
  for (let c = 0; c < k; c++) along += shares[i * k + c]! * slope[c]!;
  for (let c = 0; c < k; c++) into[i * k + c] = scale * shares[i * k + c]! * (slope[c]! - along);
}

/** [n * k]; the softmax of every row. */
function sharesOf(scores: Features, name: string, center?: ArrayLike<number>): Float64Array {
  const [n, k] = scores.shape as [number, number];
  const given = Float64Array.from(values(scores), (score, at) => score - (center ? center[at % k]! : 0));
  const broken = given.findIndex((each) => !Number.isFinite(each));
  if (broken !== -1) {
    const message = `expected finite scores, got ${given[broken]} in row ${Math.floor(broken / k)} of ${name}`;
    throw new ViewforgeError('NOT_FINITE', 'spectral-neighborhood', message);
  }
  for (let i = 0; i < n; i++) {
    const total = logSumExp(given, i * k, i * k + k);
    for (let at = i * k; at < i * k + k; at++) given[at] = Math.exp(given[at]! - total);
  }
  return given;
}

function checkBatch({ students, teachers, center }: DistributionBatch): void {
  const [first] = students;
  if (first === undefined) refuse('at least one student', 'none');
  const { shape } = first;
  if (shape.length !== 2 || shape[1] === 0) refuse('students of [n, k], k >= 1', `[${shape}]`);
  for (const other of [...students, ...teachers]) {
    if (`${other.shape}` !== `${shape}`) refuse(`students and teachers of one shape, [${shape}]`, `[${other.shape}]`);
  }
  if (center && `${center.shape}` !== `${shape[1]}`) refuse(`a center of [${shape[1]}]`, `[${center.shape}]`);
}

function refuse(expected: string, got: string): never {
  throw new ViewforgeError('SHAPE', 'spectral-neighborhood', `expected ${expected}, got ${got}`);
}
