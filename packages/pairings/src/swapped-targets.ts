import { type ContrastBatch, ViewforgeError } from '@viewforge/core';
import { type Features, sinkhorn, tensor, values } from '@viewforge/tensor';

/** How rows are assigned to prototypes. */
export interface AssignmentOptions {
  /** Scores are divided by it; small ones make assignments hard. */
  readonly epsilon: number;
  readonly iterations: number;
  /** 'soft': as Sinkhorn's algorithm says; 'hard': to its largest share alone, the lower prototype of a tie. */
  readonly assignment: 'soft' | 'hard';
}

/** Whose assignments are to be predicted by whom. */
export interface Assigning {
  /** [n, k] for each crop that assigns: the first ones of all crops, in the same order. */
  readonly scores: readonly Features[];
  /** [q, k] for each crop that assigns: scores of earlier rows that take part in its assignment. */
  readonly queued?: readonly Features[] | undefined;
  /** Number of all crops, at least that of those that assign. */
  readonly crops: number;
}

/**
 * Targets [crops * n, k] of swapped prediction, dense in float64, for crops stacked one after the other: the mean of the assignments
 * (`sinkhorn` of the scores, queued rows included) of all assigning crops but the row's own; zeros where that is none. `queryWeights` are
 * the number of those crops, so that InfoNCE over the prototypes is the mean over assigning crops, other crops and items of the cross
 * entropy. No gradient flows through an assignment.
 *
 * Throws ViewforgeError: SHAPE for scores of different shapes, NOT_FINITE for one that is no finite number, or would be none divided by epsilon.
 */
export function swappedTargets(
  { scores, queued, crops }: Assigning,
  options: AssignmentOptions,
): Required<Pick<ContrastBatch, 'targets' | 'queryWeights'>> {
  const [n, k] = scores[0]!.shape as [number, number];
  const assignments = scores.map((own, index) => assign(own, queued?.[index], options, [n, k]));
  const targets = new Float64Array(crops * n * k);
  const queryWeights = new Float64Array(crops * n);
  for (let crop = 0; crop < crops; crop++) {
    const others = assignments.filter((_, index) => index !== crop);
    const own = targets.subarray(crop * n * k, (crop + 1) * n * k);
    for (const shares of others) for (let i = 0; i < own.length; i++) own[i] = own[i]! + shares[i]! / others.length;
    queryWeights.fill(others.length, crop * n, (crop + 1) * n);
  }
  return { targets: { kind: 'dense', values: tensor(targets, [crops * n, k]) }, queryWeights };
}

/** [n * k] */
function assign(
  scores: Features,
  queued: Features | undefined,
  { epsilon, iterations, assignment }: AssignmentOptions,
  [n, k]: readonly [n: number, k: number],
): Float64Array {
  const rows = check(scores, [n, k], epsilon);
  const earlier = queued ? check(queued, [queued.shape[0]!, k], epsilon) : new Float64Array(0);
  const all = new Float64Array(rows.length + earlier.length);
  all.set(rows);
  all.set(earlier, rows.length);
  const shares = values(sinkhorn(tensor(all, [all.length / k, k]), { epsilon, iterations })).subarray(0, n * k);
  return assignment === 'soft' ? shares : hardened(shares, k);
}

function hardened(shares: Float64Array, k: number): Float64Array {
  const result = new Float64Array(shares.length);
  for (let from = 0; from < shares.length; from += k) {
    const row = shares.subarray(from, from + k);
    result[from + row.reduce((best, share, j) => (share > row[best]! ? j : best), 0)] = 1;
  }
  return result;
}

function check(scores: Features, [n, k]: readonly [number, number], epsilon: number): Float64Array | Float32Array {
  const { shape } = scores;
  const where = 'swapped-targets';
  if (shape[0] !== n || shape[1] !== k)
    throw new ViewforgeError('SHAPE', where, `expected scores of [${n}, ${k}], got [${shape}]`);
  const given = values(scores);
  for (let at = 0; at < given.length; at++) {
    // the difference of two quotients is to be finite as well
    if (Math.abs(given[at]!) / epsilon <= Number.MAX_VALUE / 4 || given[at] === 0) continue;
    const expected = Number.isFinite(given[at]!) ? `scores that stay finite when divided by ${epsilon}` : 'finite scores';
    throw new ViewforgeError('NOT_FINITE', where, `expected ${expected}, got ${given[at]} in row ${Math.floor(at / k)}`);
  }
  return given;
}
