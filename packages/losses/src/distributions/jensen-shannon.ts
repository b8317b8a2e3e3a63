import { defineLoss, type DistributionBatch, type LossReport, number, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';
import { checkStudents, emptyGradients, meanOf, studentGradients } from './lessons.ts';
import { logSoftmax } from './log-softmax.ts';

/**
 * `weight` times the Jensen-Shannon divergence, in nats, of what students say of the views of one item: the mean over views of
 * KL(p_v || m), where p_v = softmax(score) and m is the mean of all p_v; at least two views, all alike. 0 where all say the same,
 * weight * ln(views) where they share no outcome. m is kept within [1e-7, 1] under the logarithm.
 *
 * Gradients: `students`, [n, k] each, to every view. Teachers of the batch are not looked at. `perQuery` is by item.
 *
 * Throws ViewforgeError: OPTION for a weight below 0, SHAPE for fewer than two students or other shapes, NOT_FINITE for a score that is
 * no finite number.
 */
export const jensenShannon = defineLoss({
  name: 'jensen-shannon',
  summary: 'Say the same of all views of an item (Jensen-Shannon consistency, AugMix).',
  reference: 'https://arxiv.org/abs/1912.02781',
  measures: 'distributions',
  options: z.object({
    weight: number({ default: 12, min: 0, unit: 'none', doc: 'The divergence is multiplied by it.' }),
  }),
  measure: (batch, { weight }) => diverge(batch, weight),
  differentiate(batch, { weight }) {
    const gradients = emptyGradients(batch);
    const report = diverge(batch, weight, gradients);
    return { ...report, gradients: { students: studentGradients(batch, gradients) } };
  },
});

/** The mean distribution is kept from 0 under the logarithm. */
const least = 1e-7;

function diverge(batch: DistributionBatch, weight: number, gradients?: readonly Float64Array[]): LossReport {
  const { students } = batch;
  checkStudents(batch, 'jensen-shannon');
  if (students.length < 2)
    throw new ViewforgeError('SHAPE', 'jensen-shannon', `expected at least two students, got ${students.length}`);
  const [n, k] = students[0]!.shape as [number, number];
  const logs = students.map(() => new Float64Array(k));
  const perQuery = new Float64Array(n);
  for (let item = 0; item < n; item++) {
    students.forEach((scores, v) => {
      logSoftmax(scores, item, { temperature: 1, where: 'jensen-shannon', name: `students[${v}]` }, logs[v]!);
    });
    const mean = meanShares(logs);
    for (const own of logs) perQuery[item] = perQuery[item]! + (weight * divergence(own, mean)) / students.length;
    gradients?.forEach((gradient, v) => {
      const slopes = slopesOf(logs[v]!, mean, weight / (students.length * n));
      gradient.set(slopes, item * k);
    });
  }
  return { value: meanOf(perQuery), perQuery, parts: {} };
}

function meanShares(logs: readonly Float64Array[]): Float64Array {
  return logs[0]!.map((_, j) => logs.reduce((sum, own) => sum + Math.exp(own[j]!), 0) / logs.length);
}

function divergence(logs: Float64Array, mean: Float64Array): number {
  return logs.reduce((sum, log, j) => {
    const share = Math.exp(log);
    return share > 0 ? sum + share * (log - Math.log(Math.max(mean[j]!, least))) : sum;
  }, 0);
}

/** scale * d(sum of divergences) / d(scores of one view): through the mean as well, then through the softmax. */
function slopesOf(logs: Float64Array, mean: Float64Array, scale: number): Float64Array {
  const shares = logs.map(Math.exp);
  // d/dp of p ln p is ln p + 1; of the mean under the logarithm -1, unless it is held at its least
  const slopes = logs.map((log, j) =>
    shares[j]! > 0 ? log - Math.log(Math.max(mean[j]!, least)) + Number(mean[j]! < least) : 0,
  );
  const expected = slopes.reduce((sum, slope, j) => sum + slope * shares[j]!, 0);
  return slopes.map((slope, j) => scale * shares[j]! * (slope - expected));
}
