import { choice, defineLoss, type DistributionBatch, type LossReport, number } from '@viewforge/core';
import { z } from 'zod';
import { checkTeaching, emptyGradients, entropyOf, type Lesson, meanOf, studentGradients, teach } from './lessons.ts';
import { logSoftmax } from './log-softmax.ts';

/**
 * Divergence KL(q || p), in nats, of what students say of altered items, p = softmax(score), from what is said of the items as they
 * are, q = softmax(score / sharpening), where the teacher is sure: its largest unsharpened probability must be above `threshold`.
 * The mean goes over pairs of student and teacher and over all items; those it is not sure of count as 0. With `target` 'hard', q is
 * the teacher's choice alone (the lower outcome of a tie), as for pseudo-labels.
 *
 * Gradients: `students`, [n, k] each; none flow to teachers. `perQuery` is by item. `parts`: `sure` (share of the teachers' rows that
 * count) and `confidence` (mean of the teachers' largest probability).
 *
 * Throws ViewforgeError: OPTION for options out of bounds, SHAPE for parts of a batch that do not fit or where nobody is taught,
 * NOT_FINITE for a score that is no finite number.
 */
export const consistency = defineLoss({
  name: 'consistency',
  summary: 'Say of an altered item what is said of the item, where that is sure (consistency training, UDA).',
  reference: 'https://arxiv.org/abs/1904.12848',
  measures: 'distributions',
  options: z.object({
    sharpening: number({
      default: 0.4,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: "Teachers' scores are divided by it; 1 leaves them as they are, below 1 they become surer.",
    }),
    threshold: number({
      default: 0.8,
      min: 0,
      max: 1,
      unit: 'probability',
      doc: "A teacher's largest probability must be above it for an item to count; 0 counts every item.",
    }),
    target: choice(['soft', 'hard'], {
      default: 'soft',
      doc: 'Learn the sharpened distribution of the teacher, or its most probable outcome alone (a pseudo-label).',
    }),
  }),
  measure: (batch, options) => follow(batch, options),
  differentiate(batch, options) {
    const gradients = emptyGradients(batch);
    const report = follow(batch, options, gradients);
    return { ...report, gradients: { students: studentGradients(batch, gradients) } };
  },
});

interface ConsistencyOptions {
  readonly sharpening: number;
  readonly threshold: number;
  readonly target: 'soft' | 'hard';
}

function follow(batch: DistributionBatch, options: ConsistencyOptions, gradients?: readonly Float64Array[]): LossReport {
  checkTeaching(batch, 'consistency');
  const [n, k] = batch.students[0]!.shape as [number, number];
  const rows = n * batch.teachers.length;
  let [sure, confidence] = [0, 0];
  const lesson = (teacher: number, item: number): Lesson => {
    const shares = shareReader(batch, teacher, item);
    const plain = shares(1, new Float64Array(k));
    const best = plain.reduce((most, share, j) => (share > plain[most]! ? j : most), 0);
    confidence += plain[best]! / rows;
    const weight = Number(plain[best]! > options.threshold);
    sure += weight / rows;
    if (options.target === 'hard') return { shares: plain.fill(0).fill(1, best, best + 1), weight, baseline: 0 };
    const sharpened = shares(options.sharpening, plain);
    return { shares: sharpened, weight, baseline: entropyOf(sharpened) };
  };
  const perQuery = teach({ batch, temperature: 1, lesson }, 'consistency', gradients);
  return { value: meanOf(perQuery), perQuery, parts: { sure, confidence } };
}

/** Fills an array with the probabilities of one teacher for one item at a temperature. */
function shareReader({ teachers, center }: DistributionBatch, teacher: number, item: number) {
  return (temperature: number, into: Float64Array): Float64Array => {
    logSoftmax(teachers[teacher]!, item, { temperature, center, where: 'consistency', name: `teachers[${teacher}]` }, into);
    for (let j = 0; j < into.length; j++) into[j] = Math.exp(into[j]!);
    return into;
  };
}
