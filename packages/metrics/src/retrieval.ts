import { defineMetric, ViewforgeError } from '@viewforge/core';
import { dotRows, type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { notFinite, nothingToMeasure, zeroNotes } from './reports.ts';
import { featuresOf, roleOption } from './role.ts';
import { areFinite, countZeroRows, unitRowsOf } from './rows.ts';

/**
 * How often a view finds the other views of its item: the share of rows whose nearest row (by cosine) among all items of
 * another view is their own item's, over all ordered pairs of views. In [0, 1]; 1 / items by chance.
 *
 * A tie counts as wrong, so collapsed features score 0. Other items of the same id are left out, and so are rows of length 0.
 * `n` counts searches. NaN with fewer than two views, no items, or a number that is not finite. `parts`: `top5` (own item among the first five),
 * `meanReciprocalRank`, `chance`. Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const retrieval = defineMetric({
  name: 'retrieval',
  summary: 'Measure how often a view finds the other views of its item.',
  reference: 'https://arxiv.org/abs/1805.01978',
  better: 'higher',
  options: z.object({ role: roleOption }),
  async measure(encoded, { role }, { signal }) {
    const { features, notes } = featuresOf(encoded, role, 'retrieval');
    if (!areFinite(features)) return notFinite;
    const ids = encoded.items.map(({ id }) => id);
    const searches = features.flatMap((queries, i) =>
      features.flatMap((keys, j) => {
        signal.throwIfAborted();
        return i === j ? [] : [retrievalOf(queries, keys, ids)];
      }),
    );
    const n = searches.reduce((sum, each) => sum + each.n, 0);
    if (n === 0) return nothingToMeasure('retrieval needs two views of an item');
    const mean = (of: 'top1' | 'top5' | 'meanReciprocalRank'): number =>
      searches.reduce((sum, each) => sum + (each.n === 0 ? 0 : each[of] * each.n), 0) / n;
    return {
      value: mean('top1'),
      n,
      parts: { top5: mean('top5'), meanReciprocalRank: mean('meanReciprocalRank'), chance: 1 / ids.length },
      notes: [...notes, ...zeroNotes(countZeroRows(features))],
    };
  },
});

/** How well rows find their partners. */
export interface Retrieved {
  /** Shares of rows whose partner is the first, or among the first five; NaN without rows. */
  readonly top1: number;
  readonly top5: number;
  /** Mean of 1 / rank; NaN without rows. */
  readonly meanReciprocalRank: number;
  /** Rows that searched: those of which neither row nor partner has length 0. */
  readonly n: number;
}

/**
 * Each row of `queries` [n, d] looks for the row of `keys` [n, d] at the same place, by cosine in float64; ties (to
 * 1e-12), and similarities that are no number, come before it. Other keys with its id in `ids` [n] are left out, as are keys of length 0.
 * Throws ViewforgeError (SHAPE) where shapes differ.
 */
export function retrievalOf(queries: Features, keys: Features, ids?: readonly string[]): Retrieved {
  if (`${queries.shape}` !== `${keys.shape}`) {
    throw new ViewforgeError('SHAPE', 'retrieval', `expected two views of one shape, got [${queries.shape}] and [${keys.shape}]`);
  }
  const [n, d] = queries.shape as [number, number];
  const [left, right] = [unitRowsOf(queries), unitRowsOf(keys)];
  const [u, v] = [values(left.rows), values(right.rows)];
  const ranks: number[] = [];
  for (let i = 0; i < n; i++) {
    if (left.norms[i] === 0 || right.norms[i] === 0) continue;
    const own = dotRows(u, i, v, i, d);
    let rank = 1;
    for (let j = 0; j < n; j++) {
      if (j === i || right.norms[j] === 0 || (ids !== undefined && ids[j] === ids[i])) continue;
      // nearer than rounding can tell is a tie, or collapsed features would be told apart by it
      if (!(dotRows(u, i, v, j, d) < own - 1e-12)) rank++;
    }
    ranks.push(rank);
  }
  const share = (score: (rank: number) => number): number => ranks.reduce((sum, rank) => sum + score(rank), 0) / ranks.length;
  return {
    top1: share((rank) => Number(rank <= 1)),
    top5: share((rank) => Number(rank <= 5)),
    meanReciprocalRank: share((rank) => 1 / rank),
    n: ranks.length,
  };
}
