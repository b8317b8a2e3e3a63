import { ViewforgeError } from '@viewforge/core';
import { type Features, type Tensor, values } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import type { LowRank } from './low-rank-view.ts';

/** Rows of the two sides of a graph of users and items. */
export interface BothSides {
  /** [n, d] */
  readonly users: Features;
  /** [m, d] */
  readonly items: Features;
}

/** The adjacency [n, m] of users and items, >= 0, with each entry divided by the root of the product of both degrees; nodes without edges stay zero. */
export function normalizedAdjacency(adjacency: Tensor): Tensor {
  const [n, m] = adjacency.shape as [number, number];
  const from = values(adjacency);
  const [users, items] = [new Float64Array(n), new Float64Array(m)];
  for (const [e, weight] of from.entries()) {
    users[Math.floor(e / m)] = users[Math.floor(e / m)]! + weight;
    items[e % m] = items[e % m]! + weight;
  }
  const sums = Float64Array.from(from, (weight, e) =>
    weight === 0 ? 0 : weight / Math.sqrt(users[Math.floor(e / m)]! * items[e % m]!),
  );
  return asType(sums, adjacency);
}

/**
 * One step over a graph of low rank: users get U S V^T E_items and items V S U^T E_users, without the matrix [n, m] itself. It is linear, and
 * its own transpose: given gradients of what it made, with users and items each at their place, it gives those of what it was given.
 * Throws ViewforgeError (SHAPE) for sides of other numbers of rows.
 */
export function propagateLowRank({ left, singular, right }: LowRank, { users, items }: BothSides): BothSides {
  const r = singular.length;
  const isFit = users.shape[0]! * r === left.length && items.shape[0]! * r === right.length && users.shape[1] === items.shape[1];
  if (!isFit) {
    const got = `[${users.shape}] and [${items.shape}] for ${left.length} and ${right.length} entries of rank ${r}`;
    throw new ViewforgeError(
      'SHAPE',
      'propagate-low-rank',
      `expected users and items of the graph, [n, d] and [m, d], got ${got}`,
    );
  }
  return { users: through(left, singular, right, items, users), items: through(right, singular, left, users, items) };
}

/** A S (B^T E) for A [n, r], B [m, r] and rows E [m, d], in the element type of `like`. */
function through(a: Float64Array, singular: Float64Array, b: Float64Array, rows: Features, like: Features): Features {
  const [r, d] = [singular.length, rows.shape[1]!];
  const [n, from] = [r === 0 ? like.shape[0]! : a.length / r, values(rows)];
  const inner = new Float64Array(r * d);
  for (let j = 0; j < rows.shape[0]!; j++)
    for (let k = 0; k < r; k++)
      for (let e = 0; e < d; e++) inner[k * d + e] = inner[k * d + e]! + singular[k]! * b[j * r + k]! * from[j * d + e]!;
  const sums = new Float64Array(n * d);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < r; k++)
      for (let e = 0; e < d; e++) sums[i * d + e] = sums[i * d + e]! + a[i * r + k]! * inner[k * d + e]!;
  return asType(sums, like, [n, d]);
}
