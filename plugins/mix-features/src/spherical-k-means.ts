import type { Random } from '@viewforge/random';
import { dotProducts, type Features, tensor, unitRows, values } from '@viewforge/tensor';

/** When clustering ends, and how many clusters there are. */
export interface ClusterOptions {
  /** The most prototypes; fewer where there are not as many different directions. */
  readonly count: number;
  /** The most rounds; 50 when left out. */
  readonly iterations?: number;
  /** The rounds end when no prototype moves farther; 1e-3 when left out. */
  readonly tolerance?: number;
}

/**
 * Prototypes [p, d] of rows [m, d] by spherical k-means, in float64 and of length 1: every row belongs to the prototype of the largest cosine,
 * of equal ones the first, and a prototype is the direction of the sum of its rows. The start is drawn as k-means++ does, each further
 * prototype with a chance that grows with its squared distance from those before it. A prototype without rows becomes the row that is
 * farthest from its own one. Empty for no rows.
 */
export function sphericalKMeans(rows: Features, options: ClusterOptions, random: Random): Features {
  const { count, iterations = 50, tolerance = 1e-3 } = options;
  const [m, d] = rows.shape as [number, number];
  const data = values(unitRows(tensor(Float64Array.from(values(rows)), [m, d])).rows) as Float64Array;
  let prototypes = startOf(data, m, d, count, random);
  const p = prototypes.length / Math.max(1, d);
  const matrix = { data, n: m, d };
  const scores = new Float64Array(m * p);
  for (let round = 0; round < iterations && p > 0; round++) {
    dotProducts({ rows: matrix, first: 0, count: m }, { data: prototypes, n: p, d }, 1, { data: scores, at: 0, stride: p });
    const moved = centersOf(data, scores, p, d);
    const shift = farthestMove(prototypes, moved, d);
    prototypes = moved;
    if (shift <= tolerance) break;
  }
  return tensor(prototypes, [p, d]);
}

/** The place of the largest of `count` numbers from `at` on; of equal ones the first. */
export function largestAt(data: Float64Array, at: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (data[at + i]! > data[at + best]!) best = i;
  return best;
}

function startOf(data: Float64Array, m: number, d: number, count: number, random: Random): Float64Array {
  const chosen: number[] = [];
  const apart = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  for (let next = m > 0 ? random.integer(0, m) : -1; next >= 0 && chosen.length < count; next = drawFar(apart, random)) {
    chosen.push(next);
    for (let row = 0; row < m; row++) {
      let squared = 0;
      for (let e = 0; e < d; e++) squared += (data[row * d + e]! - data[next * d + e]!) ** 2;
      apart[row] = Math.min(apart[row]!, squared);
    }
  }
  const result = new Float64Array(chosen.length * d);
  chosen.forEach((row, i) => {
    result.set(data.subarray(row * d, (row + 1) * d), i * d);
  });
  return result;
}

/** A row by its squared distance; -1 where none is apart from what was chosen. */
function drawFar(apart: Float64Array, random: Random): number {
  const total = apart.reduce((sum, each) => sum + each, 0);
  if (!(total > 0)) return -1;
  const mark = random.uniform(0, total);
  let sum = 0;
  let last = -1;
  for (const [row, each] of apart.entries()) {
    if (each === 0) continue;
    last = row;
    sum += each;
    if (sum > mark) return row;
  }
  return last;
}

function centersOf(data: Float64Array, scores: Float64Array, p: number, d: number): Float64Array {
  const m = data.length / d;
  const sums = new Float64Array(p * d);
  const nearness = new Float64Array(m);
  for (let row = 0; row < m; row++) {
    const own = largestAt(scores, row * p, p);
    nearness[row] = scores[row * p + own]!;
    for (let e = 0; e < d; e++) sums[own * d + e] = sums[own * d + e]! + data[row * d + e]!;
  }
  const { rows, norms } = unitRows(tensor(sums, [p, d]));
  const centers = values(rows) as Float64Array;
  for (const [center, norm] of norms.entries()) {
    if (norm > 0) continue;
    const farthest = nearness.reduce((found, each, row) => (each < nearness[found]! ? row : found), 0);
    centers.set(data.subarray(farthest * d, (farthest + 1) * d), center * d);
    nearness[farthest] = Number.POSITIVE_INFINITY; // no other empty one takes it, too
  }
  return centers;
}

function farthestMove(before: Float64Array, after: Float64Array, d: number): number {
  let most = 0;
  for (let from = 0; from < before.length; from += d) {
    let squared = 0;
    for (let e = from; e < from + d; e++) squared += (before[e]! - after[e]!) ** 2;
    most = Math.max(most, squared);
  }
  return Math.sqrt(most);
}
