import { defineLoss, type DistributionBatch, integer, type LossReport, number } from '@viewforge/core';
import { sinkhorn, tensor, values } from '@viewforge/tensor';
import { z } from 'zod';
import { checkTeaching, emptyGradients, entropyOf, meanOf, studentGradients, teach } from './lessons.ts';
import { logSoftmax } from './log-softmax.ts';

/**
 * Cross entropy, in nats, of students' softmax(score / temperature) against sharpened teachers, softmax(score / (temperature *
 * sharpening)), plus `regularization` times ln k minus the entropy of what students say on the mean, which is 0 where all outcomes are
 * used alike and ln k where one is used alone. Sinkhorn's algorithm may give the outcomes equal shares of a teacher's items before.
 * Scores are cosines of an embedding and k prototypes, as `prototypeScores` makes them, which also carries gradients back to both.
 *
 * Gradients: `students`, [n, k] each; none flow to teachers. `value` is no mean over items because of the second term, so `perQuery` is
 * empty. `parts`: `crossEntropy` (mean over pairs of student and teacher and over items) and `meanEntropy` (of the mean over all rows of
 * students), nats.
 *
 * Throws ViewforgeError: OPTION for options out of bounds, SHAPE for parts of a batch that do not fit or where nobody is taught,
 * NOT_FINITE for a score that is no finite number.
 */
export const msn = defineLoss({
  name: 'msn',
  summary: 'Match masked views to prototypes as the unmasked view does, and use all prototypes (MSN).',
  reference: 'https://arxiv.org/abs/2204.07141',
  measures: 'distributions',
  options: z.object({
    temperature: number({ default: 0.1, min: 0, open: 'min', unit: 'none', doc: 'Scores are divided by it.' }),
    sharpening: number({
      default: 0.25,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: "Teachers' scores are divided by it once more; below 1 they become surer.",
    }),
    regularization: number({ default: 1, min: 0, unit: 'none', doc: 'Weight of using all outcomes alike.' }),
    sinkhornIterations: integer({
      default: 0,
      min: 0,
      unit: 'iterations',
      doc: 'Iterations that give the outcomes equal shares of what each teacher says; 0 leaves it as it is.',
    }),
  }),
  measure: (batch, options) => match(batch, options),
  differentiate(batch, options) {
    const gradients = emptyGradients(batch);
    const report = match(batch, options, gradients);
    return { ...report, gradients: { students: studentGradients(batch, gradients) } };
  },
});

interface MsnOptions {
  readonly temperature: number;
  readonly sharpening: number;
  readonly regularization: number;
  readonly sinkhornIterations: number;
}

function match(batch: DistributionBatch, options: MsnOptions, gradients?: readonly Float64Array[]): LossReport {
  checkTeaching(batch, 'msn');
  const [n, k] = batch.students[0]!.shape as [number, number];
  const taught = targetsOf(batch, options);
  const lesson = (teacher: number, item: number) => ({
    shares: taught[teacher]!.subarray(item * k, item * k + k),
    weight: 1,
    baseline: 0,
  });
  const crossEntropy = meanOf(teach({ batch, temperature: options.temperature, lesson }, 'msn', gradients));
  const mean = new Float64Array(k);
  const rows = batch.students.length * n;
  eachStudentRow(batch, options.temperature, (shares) => {
    for (let j = 0; j < k; j++) mean[j] = mean[j]! + shares[j]! / rows;
  });
  if (gradients) addRegularization(batch, options, mean, gradients);
  const meanEntropy = entropyOf(mean);
  const value = crossEntropy + options.regularization * (Math.log(k) - meanEntropy);
  return { value, perQuery: new Float64Array(0), parts: { crossEntropy, meanEntropy } };
}

/** [n * k] for each teacher. */
function targetsOf({ teachers, center }: DistributionBatch, options: MsnOptions): Float64Array[] {
  const temperature = options.temperature * options.sharpening;
  return teachers.map((scores, teacher) => {
    const [n, k] = scores.shape as [number, number];
    const logs = new Float64Array(n * k);
    for (let row = 0; row < n; row++) {
      logSoftmax(
        scores,
        row,
        { temperature, center, where: 'msn', name: `teachers[${teacher}]` },
        logs.subarray(row * k, row * k + k),
      );
    }
    if (options.sinkhornIterations === 0) return logs.map(Math.exp);
    return values(sinkhorn(tensor(logs, [n, k]), { epsilon: 1, iterations: options.sinkhornIterations }));
  });
}

/** In place: the derivative of sum m ln m, where m is the mean of all rows, through the softmax of each row. */
function addRegularization(
  batch: DistributionBatch,
  { temperature, regularization }: MsnOptions,
  mean: Float64Array,
  gradients: readonly Float64Array[],
): void {
  const scale = regularization / (batch.students.length * batch.students[0]!.shape[0]! * temperature);
  const logs = mean.map((share) => (share > 0 ? Math.log(share) : 0)); // where the mean is 0, so is every share
  eachStudentRow(batch, temperature, (shares, student, row) => {
    const expected = shares.reduce((sum, share, j) => sum + share * logs[j]!, 0);
    const into = gradients[student]!.subarray(row * shares.length);
    for (let j = 0; j < shares.length; j++) into[j] = into[j]! + shares[j]! * (logs[j]! - expected) * scale;
  });
}

function eachStudentRow(
  { students }: DistributionBatch,
  temperature: number,
  visit: (shares: Float64Array, student: number, row: number) => void,
): void {
  students.forEach((scores, student) => {
    const [n, k] = scores.shape as [number, number];
    const shares = new Float64Array(k);
    for (let row = 0; row < n; row++) {
      logSoftmax(scores, row, { temperature, where: 'msn', name: `students[${student}]` }, shares);
      for (let j = 0; j < k; j++) shares[j] = Math.exp(shares[j]!);
      visit(shares, student, row);
    }
  });
}
