import { type ContrastBatch, definePairing, integer, number, text } from '@viewforge/core';
import { tensor, unitRows, values, zeros } from '@viewforge/tensor';
import { z } from 'zod';
import { fillDots } from './dot-products.ts';
import { queueOptions } from './queue-options.ts';
import { gradientsAt, roleOption, viewAt } from './role.ts';
import { addToQueue, blocksOf, emptyQueue, openQueue, type RowQueue } from './row-queue.ts';

/**
 * View 0 of every item as students [n, d], and a queue of teachers' rows as keys, in blocks of at most 1024 rows: who is near
 * whom decides. Query i belongs to each row of the queue by the softmax of its teacher's cosines to them over `temperature`;
 * its teacher, view 1 or a view of `teacherRole`, is itself no key. With InfoNCE at the students' higher temperature this is
 * ReSSL. The batch sees the queue as it was before; then the teachers, brought to length 1, enter it in their order.
 *
 * Gradients flow to the students alone. State is a `RowQueue`, as that of `queue`. Targets are dense, [n, K] in the element
 * type of the students; without random rows the first batch has no keys, and no loss. Nothing is excluded: an older row of the
 * item itself is near for good reason.
 *
 * Throws ViewforgeError: NAME and PLAN for a role or view that the plan lacks, SHAPE for a queue of another shape, NOT_FINITE
 * for teachers that hold NaN or an infinity.
 */
export const relational = definePairing({
  name: 'relational',
  summary: 'Compare each view with a queue as another view of its item compares with it.',
  reference: 'https://arxiv.org/abs/2107.09282',
  options: z.object({
    role: roleOption,
    studentView: integer({ default: 0, min: 0, unit: 'none', doc: 'Index of the view that learns.' }),
    teacherRole: text({ doc: 'Role of the teachers; the role of the students when left out.' }).optional(),
    teacherView: integer({ default: 1, min: 0, unit: 'none', doc: 'Index of the view that teaches.' }),
    temperature: number({
      default: 0.04,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'Cosines of teachers are divided by it; below the temperature of the loss, so that targets are sharper.',
    }),
    ...queueOptions({ startRandom: true }),
  }),
  start: emptyQueue,
  pair(encoded, state: RowQueue, options, { step }) {
    const student = viewAt(encoded, options.role, options.studentView, 'relational');
    const teacher = viewAt(encoded, options.teacherRole ?? student.role, options.teacherView, 'relational');
    const opened = openQueue(state, options, teacher.view.features, 'relational');
    const next = addToQueue(opened, { rows: teacher.view.features, items: encoded.items, step }, options.atEnd, 'relational');
    const keys = blocksOf(opened, options.startRandom ? options.capacity : opened.filled);
    const queries = student.view.features;
    const targets = targetsOf({ queries, keys }, teacher.view.features, options.temperature);
    return {
      batch: { queries, keys, targets, excluded: { kind: 'none' }, frozen: keys.map(() => true) },
      state: next,
      pullback: (gradients) => gradientsAt(encoded, [[student, gradients.queries]]),
    };
  },
});

function targetsOf(
  { queries, keys }: Pick<ContrastBatch, 'queries' | 'keys'>,
  teachers: ContrastBatch['queries'],
  temperature: number,
): ContrastBatch['targets'] {
  const n = queries.shape[0]!;
  const k = keys.reduce((count, block) => count + block.shape[0]!, 0);
  const shares = values(zeros([n, k], queries));
  const unit = unitRows(teachers).rows;
  const scores = new Float64Array(k);
  for (let row = 0; row < n && k > 0; row++) {
    fillDots(unit, row, keys, scores);
    writeSoftmax(scores, temperature, shares.subarray(row * k, (row + 1) * k));
  }
  return { kind: 'dense', values: tensor(shares, [n, k]) };
}

/** In place: `scores` are used up, and `shares` become their softmax at a temperature. */
function writeSoftmax(scores: Float64Array, temperature: number, shares: Float32Array | Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let column = 0; column < scores.length; column++) if (scores[column]! > largest) largest = scores[column]!;
  let sum = 0;
  for (let column = 0; column < scores.length; column++) {
    scores[column] = Math.exp((scores[column]! - largest) / temperature);
    sum += scores[column]!;
  }
  for (let column = 0; column < scores.length; column++) shares[column] = scores[column]! / sum;
}
