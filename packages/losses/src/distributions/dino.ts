import { defineLoss, type DistributionBatch, type LossReport, number } from '@viewforge/core';
import { z } from 'zod';
import { checkTeaching, emptyGradients, entropyOf, meanOf, type Lesson, studentGradients, teach } from './lessons.ts';
import { logSoftmax } from './log-softmax.ts';

/**
 * Cross entropy, in nats, of students' softmax(score / studentTemperature) against teachers' softmax((score - center) /
 * teacherTemperature): the mean over pairs of a student and a teacher of another view (`taughtBy`) and over items. The center, where the
 * batch has one, keeps the teachers from saying the same of every item, the low temperature of teachers from saying nothing of any.
 *
 * Gradients: `students`, [n, k] each; none flow to teachers or the center. `perQuery` is by item. `parts`: `teacherEntropy` (mean entropy
 * of what teachers say of an item, nats; near ln k they say nothing) and `meanTeacherEntropy` (entropy of the mean of it; near 0 they say
 * the same of every item).
 *
 * Throws ViewforgeError: OPTION for a temperature <= 0, SHAPE for parts of a batch that do not fit or where nobody is taught,
 * NOT_FINITE for a score that is no finite number.
 */
export const dino = defineLoss({
  name: 'dino',
  summary: 'Let students predict what teachers say of other views (self-distillation, DINO).',
  reference: 'https://arxiv.org/abs/2104.14294',
  measures: 'distributions',
  options: z.object({
    studentTemperature: number({ default: 0.1, min: 0, open: 'min', unit: 'none', doc: "Students' scores are divided by it." }),
    teacherTemperature: number({
      default: 0.04,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: "Teachers' scores are divided by it; long training goes linearly from 0.04 to 0.07 in 30 epochs.",
    }),
  }),
  measure: (batch, options) => distill(batch, options),
  differentiate(batch, options) {
    const gradients = emptyGradients(batch);
    const report = distill(batch, options, gradients);
    return { ...report, gradients: { students: studentGradients(batch, gradients) } };
  },
});

interface DinoOptions {
  readonly studentTemperature: number;
  readonly teacherTemperature: number;
}

function distill(batch: DistributionBatch, options: DinoOptions, gradients?: readonly Float64Array[]): LossReport {
  checkTeaching(batch, 'dino');
  const { students, teachers, center } = batch;
  const [n, k] = students[0]!.shape as [number, number];
  const mean = new Float64Array(k);
  let entropy = 0;
  const lesson = (teacher: number, item: number): Lesson => {
    const shares = new Float64Array(k);
    logSoftmax(
      teachers[teacher]!,
      item,
      { temperature: options.teacherTemperature, center, where: 'dino', name: `teachers[${teacher}]` },
      shares,
    );
    for (let j = 0; j < k; j++) {
      shares[j] = Math.exp(shares[j]!);
      mean[j] = mean[j]! + shares[j]! / (n * teachers.length);
    }
    entropy += entropyOf(shares) / (n * teachers.length);
    return { shares, weight: 1, baseline: 0 };
  };
  const perQuery = teach({ batch, temperature: options.studentTemperature, lesson }, 'dino', gradients);
  return { value: meanOf(perQuery), perQuery, parts: { teacherEntropy: entropy, meanTeacherEntropy: entropyOf(mean) } };
}
