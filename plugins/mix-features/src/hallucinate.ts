import type { Extras } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { dotProducts, dotRows, type Features, tensor, unitRows, values } from '@viewforge/tensor';
import { arcOf, arcShares } from './great-arc.ts';
import { largestAt } from './spherical-k-means.ts';

/** How positives are hallucinated. */
export type Hallucination = {
  /** Positives that are drawn for each key; those that leave the cell of the key are dropped. */
  readonly count: number;
  /** How many of the prototypes next to the nearest one are left out. */
  readonly skip: number;
  /** The most prototypes, nearest first, that positives lie toward. */
  readonly candidates: number;
  /** u is drawn from [0, easiest): 0 is the border of the cell, 1 the key itself. */
  readonly easiest: number;
  /** All positives lie 0.01 of the arc before the border. */
  readonly hardest: boolean;
};

/** One point on an arc: shares of the key and of a prototype, and 1 / the length of their sum. */
export interface ArcPoint {
  readonly prototype: number;
  readonly shares: readonly [key: number, prototype: number];
}

/**
 * The points of each key [n, d] on arcs toward prototypes [p, d], both of length 1 and in float64, that stay in the key's cell: their nearest
 * prototype is the key's own. Draws `count` pairs of a candidate and u for each key that has a candidate, from a stream of its own. None
 * for a key of length 0 and where there are no more than `skip` + 1 prototypes.
 */
export function drawArcPoints(keys: Features, prototypes: Features, how: Hallucination, random: Random): ArcPoint[][] {
  const [n, d] = keys.shape as [number, number];
  const p = prototypes.shape[0]!;
  const centers = { data: values(prototypes) as Float64Array, n: p, d };
  const between = new Float64Array(p * p);
  dotProducts({ rows: centers, first: 0, count: p }, centers, 1, { data: between, at: 0, stride: p });
  const near = new Float64Array(n * p);
  const rows = { data: values(keys) as Float64Array, n, d };
  dotProducts({ rows, first: 0, count: n }, centers, 1, { data: near, at: 0, stride: p });
  return Array.from({ length: n }, (_, row) => {
    if (p <= how.skip + 1 || dotRows(rows.data, row, rows.data, row, d) === 0) return [];
    return pointsOf(near.subarray(row * p, (row + 1) * p), between, how, random.fork(row));
  });
}

/** The points as rows [n, s, d] of length 1 in the element type of `like`, those that stay first. */
export function arcRows(
  keys: Features,
  prototypes: Features,
  points: readonly (readonly ArcPoint[])[],
  like: Features,
  s: number,
): Extras {
  const [n, d] = keys.shape as [number, number];
  const [from, centers] = [values(keys), values(prototypes)];
  const to = new (values(like) instanceof Float64Array ? Float64Array : Float32Array)(n * s * d);
  for (const [row, ofRow] of points.entries()) {
    for (const [i, { prototype, shares }] of ofRow.entries()) {
      const at = (row * s + i) * d;
      let squared = 0;
      for (let e = 0; e < d; e++) {
        const value = shares[0] * from[row * d + e]! + shares[1] * centers[prototype * d + e]!;
        to[at + e] = value;
        squared += value * value;
      }
      const scale = 1 / Math.sqrt(squared);
      for (let e = at; e < at + d; e++) to[e] = to[e]! * scale;
    }
  }
  return { values: tensor(to, [n, s, d]), counts: Int32Array.from(points, ({ length }) => length) };
}

/** Rows [n, d] at length 1, in float64. */
export function unitInFloat64(rows: Features): Features {
  return unitRows(tensor(Float64Array.from(values(rows)), [...rows.shape])).rows;
}

/** `near` are the cosines of the key with each prototype, `between` those among the prototypes. */
function pointsOf(near: Float64Array, between: Float64Array, how: Hallucination, random: Random): ArcPoint[] {
  const p = near.length;
  const own = largestAt(near, 0, p);
  const others = Array.from(near, (_, i) => i).filter((i) => i !== own);
  const candidates = others.sort((a, b) => near[b]! - near[a]! || a - b).slice(how.skip, how.skip + how.candidates);
  const found: ArcPoint[] = [];
  for (let i = 0; i < how.count; i++) {
    const prototype = candidates[random.integer(0, candidates.length)]!;
    const u = random.uniform(0, how.easiest);
    const cosines = { keyToNearest: near[own]!, keyToOther: near[prototype]!, nearestToOther: between[own * p + prototype]! };
    const { angle, border } = arcOf(cosines);
    if (angle > Math.PI - 1e-6) continue; // opposite points have no arc of their own
    const most = Math.min(1, Math.max(0, border));
    const t = how.hardest ? Math.max(0, most - 0.01) : (1 - u) * most;
    const shares = angle < 1e-6 ? ([1, 0] as const) : arcShares(angle, t);
    if (nearestOf(near, between, prototype, shares) === own) found.push({ prototype, shares });
  }
  return found;
}

/** The prototype nearest to a point, by what its two sources are to all of them. */
function nearestOf(near: Float64Array, between: Float64Array, prototype: number, [a, b]: ArcPoint['shares']): number {
  const p = near.length;
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < p; i++) {
    const score = a * near[i]! + b * between[prototype * p + i]!;
    if (score > most) [best, most] = [i, score];
  }
  return best;
}
