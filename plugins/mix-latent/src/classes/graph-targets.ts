import { type ContrastBatch, defineMixer, eachWeight, integer, number, sparseWeights, type Triplets } from '@viewforge/core';
import { searchTop } from '@viewforge/miners';
import { z } from 'zod';

/** How many neighbors become positives, and how much of the targets they get. */
export type GraphDraw = {
  readonly neighbors: number;
  readonly share: number;
};

/**
 * Makes the nearest keys of each query positives, without labels: the edges of the augmentation graph of SF(DA)² in a contrastive run.
 * Each query keeps 1 - share of its targets and gives the rest, alike, to the `neighbors` keys of largest cosine among those it sees that are not
 * its own positives; a query without positives gives them everything. Fewer keys: all of them; none, or keys with NaN: as it was. Exact; of
 * equal keys the lower column wins. With `losses/spectral-contrastive` the batch has the form of that method's clustering loss. Triplets whose
 * negative became a positive are left out. Rows stay as they are, so gradients pass as they are.
 */
export const graphTargets = defineMixer({
  name: 'graph-targets',
  summary: 'Make the nearest keys of each query its positives (augmentation graph).',
  reference: 'https://arxiv.org/abs/2403.10834',
  mixes: 'contrast',
  options: z.object({
    neighbors: integer({ default: 5, min: 1, unit: 'keys', doc: 'How many of the nearest keys become positives.' }),
    share: number({
      default: 0.5,
      min: 0,
      max: 1,
      unit: 'share of targets',
      doc: 'How much of the targets the neighbors get, in all.',
    }),
  }),
  draw: (_batch, { neighbors, share }): GraphDraw => ({ neighbors, share }),
  apply: (batch, drawn: GraphDraw) => (drawn.share === 0 ? batch : targetNeighbors(batch, drawn)),
  pullback: (_batch, _drawn, gradients) => gradients,
});

function targetNeighbors(batch: ContrastBatch, { neighbors, share }: GraphDraw): ContrastBatch {
  const n = batch.queries.shape[0]!;
  const own = Array.from({ length: n }, (_, i) => positivesOf(batch, i));
  const most = own.reduce((largest, each) => Math.max(largest, each.length), 0);
  // the query's own positives are among the nearest keys: so many more are searched for
  const found = searchTop({ queries: batch.queries, keys: batch.keys, count: neighbors + most, excluded: batch.excluded });
  const near = own.map((positives, i) => {
    const columns: number[] = [];
    for (let e = i * found.count; e < i * found.count + found.counts[i]! && columns.length < neighbors; e++) {
      const column = found.columns[e]!;
      if (!Number.isNaN(found.scores[e]!) && !positives.some(([each]) => each === column)) columns.push(column);
    }
    return columns;
  });
  const targets = sparseWeights(
    near.map((columns, i) => {
      const positives = own[i]!;
      if (columns.length === 0) return positives;
      const given = (positives.length === 0 ? 1 : share) / columns.length;
      const kept = share === 1 ? [] : positives.map(([column, weight]) => [column, weight * (1 - share)] as const);
      return [...kept, ...columns.map((column) => [column, given] as const)];
    }),
  );
  const { triplets, ...rest } = batch;
  return { ...rest, targets, ...(triplets && { triplets: withoutNeighbors(triplets, near) }) };
}

/** Columns with a weight above 0. */
function positivesOf({ targets }: ContrastBatch, row: number): (readonly [column: number, weight: number])[] {
  const positives: [number, number][] = [];
  eachWeight(targets, row, (column, weight) => {
    if (weight > 0) positives.push([column, weight]);
  });
  return positives;
}

function withoutNeighbors({ queries, positives, negatives }: Triplets, near: readonly (readonly number[])[]): Triplets {
  const kept = Array.from(queries.keys()).filter((e) => !near[queries[e]!]!.includes(negatives[e]!));
  const only = (list: Int32Array) => Int32Array.from(kept, (e) => list[e]!);
  return { queries: only(queries), positives: only(positives), negatives: only(negatives) };
}
