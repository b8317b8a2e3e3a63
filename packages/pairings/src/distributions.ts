import { choice, definePairing, type DistributionBatch, flag, number, text, ViewforgeError } from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';
import { z } from 'zod';
import { cropsOf, localOption } from './crops.ts';
import { gradientsAt, roleOption, viewsOf } from './role.ts';

/** What the `distributions` pairing keeps between batches: plain data, never changed. */
export interface DistributionState {
  /** [k]; the running mean of teachers' scores; null where none is kept, and before the first batch. */
  readonly center: Float64Array | null;
}

/**
 * Scores of students, [n, k] by view: the views of a role first, then those of `local` or of all other roles; and of teachers, the views
 * of the role `teacher`, of which view v is of the same picture as student v. Features are taken as scores; `prototypeScores` makes them
 * from embeddings. Without a teacher the students are compared with each other. Blends and duplicates are not looked at.
 *
 * With `centered` the batch carries the center before it, zeros at first, and the state goes on with momentum * center + (1 - momentum) *
 * (mean over all rows of teachers). Gradients flow to students alone.
 *
 * Throws ViewforgeError: NAME for a role that the plan lacks, PLAN for a role without views, SHAPE for views of different shapes or a
 * center of another width, NOT_FINITE where a center is kept of scores that hold NaN or an infinity.
 */
export const distributions = definePairing({
  name: 'distributions',
  summary: 'Give scores of students, and of a teacher, for losses that compare distributions.',
  reference: 'https://arxiv.org/abs/2104.14294',
  makes: 'distributions',
  options: z.object({
    role: roleOption,
    local: localOption,
    teacher: text({ doc: 'Role of the views that teach; none when left out.' }).optional(),
    taughtBy: choice(['others', 'all'], {
      default: 'others',
      doc: 'Whether a student learns from the teachers of other views, or from all of them.',
    }),
    centered: flag({ default: false, doc: "Whether a running mean of the teachers' scores is kept, to be taken off them." }),
    momentum: number({ default: 0.9, min: 0, max: 1, unit: 'share', doc: 'How much of the center stays with every batch.' }),
  }),
  start: (): DistributionState => ({ center: null }),
  pair(encoded, state: DistributionState, options) {
    const { role, local, teacher, taughtBy, momentum } = options;
    const crops = cropsOf(encoded, { role, local, except: teacher }, 'distributions', 1);
    const students = crops.views.map(({ view }) => view.features);
    const taught = teacher === undefined ? undefined : viewsOf(encoded, teacher, 'distributions', 1);
    const teachers = taught?.views.map(({ features }) => features) ?? [];
    const center = options.centered ? centerOf(state, students[0]!.shape[1]!) : undefined;
    const batch: DistributionBatch = { students, teachers, taughtBy, ...(center && { center: tensor(center, [center.length]) }) };
    return {
      batch,
      state: center && teachers.length > 0 ? { center: movedCenter(center, teachers, momentum) } : state,
      pullback: (gradients) =>
        gradientsAt(
          encoded,
          (gradients.students ?? []).map((each, index) => [crops.views[index]!, each]),
        ),
    };
  },
});

/** momentum * center + (1 - momentum) * (mean over all rows [n, k] of teachers), [k]: how DINO's center goes on after a batch. */
export function movedCenter(center: Float64Array, teachers: readonly Features[], momentum: number): Float64Array {
  const k = center.length;
  const mean = new Float64Array(k);
  const rows = teachers.reduce((sum, { shape }) => sum + shape[0]!, 0);
  for (const scores of teachers) {
    if (scores.shape[1] !== k)
      throw new ViewforgeError('SHAPE', 'distributions', `expected teachers of [n, ${k}], got [${scores.shape}]`);
    values(scores).forEach((score: number, at: number) => {
      mean[at % k] = mean[at % k]! + score / rows;
    });
  }
  const moved = center.map((each, j) => momentum * each + (1 - momentum) * mean[j]!);
  const wrong = moved.findIndex((each) => !Number.isFinite(each));
  if (wrong === -1) return moved;
  throw new ViewforgeError('NOT_FINITE', 'distributions', `expected finite scores of teachers, got others in column ${wrong}`);
}

/** The center before this batch, [k]. */
function centerOf({ center }: DistributionState, k: number): Float64Array {
  if (center === null) return new Float64Array(k);
  if (center.length === k) return center;
  throw new ViewforgeError('SHAPE', 'distributions', `expected a center of [${k}], got [${center.length}]; start anew`);
}
