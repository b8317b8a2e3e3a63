import { type DistributionBatch, ViewforgeError } from '@viewforge/core';
import { type Features, type Tensor, tensor, values } from '@viewforge/tensor';
import { logSoftmax } from './log-softmax.ts';

/** What a teacher says of one item. */
export interface Lesson {
  /** [k]; sums to 1. */
  readonly shares: Float64Array;
  /** How much it counts; 0 where it is not to be learned. */
  readonly weight: number;
  /** Taken off the cross entropy, in nats: 0, or the entropy of `shares` for a divergence. */
  readonly baseline: number;
}

/** Who learns from whom, and how. */
export interface Teaching {
  readonly batch: DistributionBatch;
  /** Above 0; students' scores are divided by it. */
  readonly temperature: number;
  /** The lesson of a teacher, by its index, for an item. */
  lesson(teacher: number, item: number): Lesson;
}

/**
 * [n]; by item the mean over pairs of a student and its teacher of weight * (cross entropy - baseline), in nats. In place:
 * `gradients`, [n * k] for each student where they are given, gain the derivative of the mean of it over items.
 */
export function teach(
  { batch, temperature, lesson }: Teaching,
  where: string,
  gradients?: readonly Float64Array[],
): Float64Array {
  const [n, k] = batch.students[0]!.shape as [number, number];
  const pairs = pairsOf(batch);
  const perQuery = new Float64Array(n);
  const scale = 1 / (pairs.length * n * temperature);
  const logs = new Float64Array(k);
  for (let item = 0; item < n; item++) {
    const lessons = batch.teachers.map((_, teacher) => lesson(teacher, item));
    batch.students.forEach((scores, student) => {
      const own = pairs.filter(([learner]) => learner === student).map(([, teacher]) => lessons[teacher]!);
      logSoftmax(scores, item, { temperature, where, name: `students[${student}]` }, logs);
      for (const each of own) {
        if (each.weight === 0) continue;
        perQuery[item] = perQuery[item]! + (each.weight * (crossEntropy(each.shares, logs) - each.baseline)) / pairs.length;
        if (gradients) addSlopes(gradients[student]!.subarray(item * k, item * k + k), logs, each, scale);
      }
    });
    if (perQuery[item]! < Number.POSITIVE_INFINITY) continue;
    throw new ViewforgeError(
      'NOT_FINITE',
      where,
      `expected a finite term for item ${item}, got ${perQuery[item]}; raise the temperature of students`,
    );
  }
  return perQuery;
}

/** Pairs [student, teacher] that a batch names. */
export function pairsOf({
  students,
  teachers,
  taughtBy,
}: DistributionBatch): readonly (readonly [student: number, teacher: number])[] {
  return students.flatMap((_, student) =>
    teachers.flatMap((_, teacher) => (taughtBy === 'all' || teacher !== student ? [[student, teacher] as const] : [])),
  );
}

/** Throws ViewforgeError (SHAPE) that names the first part of a batch of students and teachers that does not fit the others. */
export function checkTeaching(batch: DistributionBatch, where: string): void {
  checkStudents(batch, where);
  const { students, teachers, center } = batch;
  const { shape } = students[0]!;
  teachers.forEach((teacher, index) => {
    if (`${teacher.shape}` !== `${shape}`)
      fail(where, `teachers of [${shape}], as students are`, `[${teacher.shape}] for teacher ${index}`);
  });
  if (pairsOf(batch).length === 0)
    fail(where, 'a student and a teacher of another view', `${students.length} and ${teachers.length}`);
  if (center && (center.shape.length !== 1 || center.shape[0] !== shape[1]))
    fail(where, `a center of [${shape[1]}]`, `[${center.shape}]`);
}

/** Throws ViewforgeError (SHAPE) unless there are students and all are of one shape [n, k]. */
export function checkStudents({ students }: DistributionBatch, where: string): void {
  const [first] = students;
  if (first === undefined) throw new ViewforgeError('SHAPE', where, 'expected at least one student, got none');
  students.forEach(({ shape }, index) => {
    if (shape.length !== 2 || shape[1] === 0) fail(where, 'students of [n, k], k >= 1', `[${shape}] for student ${index}`);
    if (`${shape}` !== `${first.shape}`)
      fail(where, `students of one shape, [${first.shape}]`, `[${shape}] for student ${index}`);
  });
}

/** Zeros to collect the gradient of each student in. */
export function emptyGradients({ students }: DistributionBatch): readonly Float64Array[] {
  return students.map(({ shape }) => new Float64Array(shape[0]! * shape[1]!));
}

/** Gradients [n, k] in the element type of each student. */
export function studentGradients({ students }: DistributionBatch, gradients: readonly Float64Array[]): readonly Features[] {
  return students.map((scores, student) => likeOf(gradients[student]!, scores));
}

/** The mean; 0 of nothing. */
export function meanOf(numbers: Float64Array): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/** Entropy of shares that sum to 1, nats. */
export function entropyOf(shares: Float64Array): number {
  let sum = 0;
  for (const share of shares) if (share > 0) sum -= share * Math.log(share);
  return sum;
}

function crossEntropy(shares: Float64Array, logs: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < shares.length; j++) if (shares[j]! > 0) sum -= shares[j]! * logs[j]!;
  return sum;
}

/** In place. */
function addSlopes(slopes: Float64Array, logs: Float64Array, { shares, weight }: Lesson, scale: number): void {
  for (let j = 0; j < slopes.length; j++) slopes[j] = slopes[j]! + (Math.exp(logs[j]!) - shares[j]!) * weight * scale;
}

function likeOf(gradient: Float64Array, like: Tensor): Features {
  return tensor(values(like) instanceof Float64Array ? gradient : Float32Array.from(gradient), like.shape);
}

function fail(where: string, expected: string, got: string): never {
  throw new ViewforgeError('SHAPE', where, `expected ${expected}, got ${got}`);
}
