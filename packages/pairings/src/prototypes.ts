import { choice, definePairing, integer, number, ViewforgeError } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, tensor, unitRows, values } from '@viewforge/tensor';
import { z } from 'zod';
import { type Crops, cropsOf, localOption, splitGradient, stackViews } from './crops.ts';
import { prototypeScores } from './prototype-scores.ts';
import { gradientsAt, roleOption } from './role.ts';
import { swappedTargets } from './swapped-targets.ts';

/** What the `prototypes` pairing keeps between batches: plain data, never changed. */
export interface PrototypeState {
  /** [count * width], rows of length 1, of the element type of the first batch; null before it. */
  readonly prototypes: Float32Array | Float64Array | null;
  /** d; 0 before the first batch. */
  readonly width: number;
  /** Whether the batch just made is one of those that leave the prototypes as they are; `withPrototypes` then does. */
  readonly frozen: boolean;
  /** By assigning crop: rows of length 1, the newest batch first, at most `queueSize`; empty until the queue begins. */
  readonly queues: readonly (Float32Array | Float64Array)[];
}

/**
 * Swapped prediction of clusters (SwAV) for InfoNCE with temperature 0.1 and cosines: queries are all crops, the assigning ones (`role`)
 * first, [crops * n, d]; the keys are the prototypes [count, d]; targets are what the other assigning crops of the item are assigned to
 * (`swappedTargets`), weighted by how many these are. Blends and duplicates are not looked at: there are no negatives of other items.
 *
 * Gradients flow to all crops. That of the prototypes is `gradients.keys[0]` of the loss: step them with any optimizer and put them back,
 * `state = withPrototypes(state, moved)`, which brings them to length 1. For the first `frozenSteps` batches they stay as they are: the
 * block is frozen, `gradients.keys[0]` undefined. They start as random directions, decided by `seed`. With a queue, earlier rows of the crop take part in its assignments from `queueStart` on, once there
 * are `queueSize` of them; rows enter after the batch, from `queueStart` on.
 *
 * Throws ViewforgeError: NAME for a role that the plan lacks, PLAN for fewer than two assigning crops, SHAPE for crops of other shapes or
 * a state of another width or count, NOT_FINITE for features that hold NaN or an infinity.
 */
export const prototypes = definePairing({
  name: 'prototypes',
  summary: 'Compare every crop with prototypes, which the other crops of its item are assigned to (SwAV).',
  reference: 'https://arxiv.org/abs/2006.09882',
  options: z.object({
    role: roleOption,
    local: localOption,
    count: integer({ default: 3000, min: 1, unit: 'prototypes', doc: 'Number of prototypes.' }),
    seed: integer({ default: 0, min: 0, unit: 'none', doc: 'Decides where prototypes start.' }),
    epsilon: number({
      default: 0.05,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'Scores are divided by it for assignments; 0.03 for very many prototypes.',
    }),
    iterations: integer({ default: 3, min: 1, unit: 'iterations', doc: "Iterations of Sinkhorn's algorithm." }),
    assignment: choice(['soft', 'hard'], {
      default: 'soft',
      doc: 'Share a row among prototypes, or give it to the best one alone (the lower of a tie).',
    }),
    frozenSteps: integer({
      default: 313,
      min: 0,
      unit: 'batches',
      doc: 'Batches at the start that leave the prototypes as they are.',
    }),
    queueSize: integer({
      default: 0,
      min: 0,
      unit: 'rows',
      doc: 'Earlier rows of each assigning crop that take part in its assignments; 3840 for small batches, 0 for none.',
    }),
    queueStart: integer({ default: 15, min: 0, unit: 'epochs', doc: 'Epoch from which rows are queued and used.' }),
  }),
  start: (): PrototypeState => ({ prototypes: null, width: 0, frozen: true, queues: [] }),
  pair(encoded, state: PrototypeState, options, { epoch, step }) {
    const crops = cropsOf(encoded, options, 'prototypes');
    const keys = open(state, options, crops);
    const queued = queuesOf(state, options);
    const assigning = crops.views.slice(0, crops.global).map(({ view }) => view.features);
    const score = (rows: Features): Features => prototypeScores(rows, keys).scores;
    const who = swappedTargets({ scores: assigning.map(score), queued: queued?.map(score), crops: crops.views.length }, options);
    const isFrozen = step < options.frozenSteps;
    const queues =
      epoch < options.queueStart ? [] : assigning.map((rows, crop) => enqueue(state.queues[crop], rows, options.queueSize));
    return {
      batch: { queries: stackViews(crops.views), keys: [keys], excluded: { kind: 'none' }, frozen: [isFrozen], ...who },
      state: { prototypes: values(keys), width: keys.shape[1]!, frozen: isFrozen, queues },
      pullback: ({ queries }) => gradientsAt(encoded, splitGradient(crops.views, queries)),
    };
  },
});

/**
 * The state with other prototypes [count, d], brought to length 1; the state itself where the batch it came with leaves them as they are.
 * Throws ViewforgeError: SHAPE for another shape, NOT_FINITE for rows that hold NaN or an infinity.
 */
export function withPrototypes(state: PrototypeState, moved: Features): PrototypeState {
  const count = (state.prototypes?.length ?? 0) / Math.max(1, state.width);
  const where = 'with-prototypes';
  if (moved.shape[0] !== count || moved.shape[1] !== state.width) {
    throw new ViewforgeError('SHAPE', where, `expected prototypes of [${count}, ${state.width}], got [${moved.shape}]`);
  }
  if (state.frozen) return state;
  const { rows, norms } = unitRows(moved);
  const broken = norms.findIndex((norm) => !Number.isFinite(norm));
  if (broken !== -1) throw new ViewforgeError('NOT_FINITE', where, `expected finite prototypes, got others in row ${broken}`);
  return { ...state, prototypes: values(rows) };
}

interface Prototypes {
  readonly count: number;
  readonly seed: number;
  readonly queueSize: number;
}

/** The prototypes of a state as keys, or new ones for the first batch. */
function open({ prototypes: own, width }: PrototypeState, { count, seed }: Prototypes, { views }: Crops): Features {
  const like = views[0]!.view.features;
  const d = like.shape[1]!;
  if (own === null) {
    const random = createRandom('prototypes').fork(seed);
    const start = Float64Array.from({ length: count * d }, () => random.normal(0, 1));
    const { rows } = unitRows(tensor(start, [count, d]));
    return values(like) instanceof Float64Array ? rows : tensor(Float32Array.from(values(rows)), [count, d]);
  }
  if (width === d && own.length === count * d) return tensor(own, [count, d]);
  const got = `[${own.length / width}, ${width}]`;
  throw new ViewforgeError('SHAPE', 'prototypes', `expected prototypes of [${count}, ${d}], got a state of ${got}; start anew`);
}

/** The queues as rows, where they are full. */
function queuesOf({ queues, width }: PrototypeState, { queueSize }: Prototypes): Features[] | undefined {
  const isFull = queueSize > 0 && queues.length > 0 && queues.every(({ length }) => length === queueSize * width);
  return isFull ? queues.map((rows) => tensor(rows, [queueSize, width])) : undefined;
}

/** The rows of a batch at length 1, and after them as many of the earlier ones as there is room for. */
function enqueue(earlier: Float32Array | Float64Array | undefined, rows: Features, size: number): Float32Array | Float64Array {
  const own = values(unitRows(rows).rows);
  const length = Math.min(size * rows.shape[1]!, own.length + (earlier?.length ?? 0));
  const result = own instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  result.set(own.subarray(0, length));
  if (earlier && length > own.length) result.set(earlier.subarray(0, length - own.length), own.length);
  return result;
}
