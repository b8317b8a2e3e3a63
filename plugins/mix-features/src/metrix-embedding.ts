import { type ContrastBatch, choice, defineMixer, type Extras, flag, integer, number, ViewforgeError } from '@viewforge/core';
import { beta, seedOf } from '@viewforge/random';
import { type Features, tensor, type UnitRows, unitRows, values } from '@viewforge/tensor';
import { z } from 'zod';
import { layoutOf, placeOf } from './batch-layout.ts';
import { type MetrixSources, metrixSources } from './metrix-sources.ts';
import { pullUnitRows } from './row-blends.ts';

const where = 'metrix-embedding';

/** Rows that are positives of their anchor in part, and negatives for the rest. */
export interface MixedPairs extends Extras {
  /** [n, s] in [0, 1]; how much of a positive each row is. */
  readonly labels: Float32Array;
}

/** What `metrixEmbedding` draws. */
export type MetrixDraw = {
  readonly weight: number;
  readonly pairs: 'positive-negative' | 'anchor-negative';
  readonly count: number;
  readonly renormalize: boolean;
  readonly seed: number;
};

/**
 * Metrix on embeddings: examples between the classes of metric learning, v = w p + (1 - w) n of a positive and a negative of an anchor, or w a +
 * (1 - w) n of the anchor itself, of rows at length 1. To its anchor v is a positive by w. The `count` negatives of the largest cosine
 * are mixed, each with a positive of its own draw. One weight and one kind of pairs for the batch.
 *
 * Mixed rows go into `positives` as `MixedPairs` [n, s, d] with labels; give the batch to `metrix`, since other losses refuse it. They
 * are not brought to length 1 unless told. An anchor without a positive or without a negative has none. Extras are not mixed.
 *
 * Gradients flow from mixed rows to anchors, positives and negatives, but not to frozen blocks. Draws the weight, the kind, and a seed that decides the positives.
 * Throws ViewforgeError: SHAPE, NOT_FINITE for a query or a key it may see, DOMAIN for a batch with synthetic positives.
 */
export const metrixEmbedding = defineMixer({
  name: where,
  summary: 'Make embeddings that are partly positive and partly negative to their anchors (Metrix).',
  reference: 'https://arxiv.org/abs/2106.04990',
  mixes: 'contrast',
  options: z.object({
    pairs: choice(['either', 'positive-negative', 'anchor-negative'], {
      default: 'either',
      doc: 'What is mixed with a negative: a positive, the anchor, or one of both, drawn for each batch.',
    }),
    alpha: number({ default: 2, min: 0, max: 1e6, unit: 'none', doc: 'The weight is drawn from Beta(alpha, alpha).' }),
    count: integer({ default: 64, min: 1, unit: 'rows', doc: 'The most rows for each anchor, of its hardest negatives.' }),
    renormalize: flag({ default: false, doc: 'Bring mixed rows to length 1; off in the code of the paper.' }),
  }),
  draw(_batch, { pairs, alpha, ...how }, random): MetrixDraw {
    const weight = beta(random, alpha, alpha);
    const either = random.chance(0.5) ? 'positive-negative' : 'anchor-negative';
    return { weight, pairs: pairs === 'either' ? either : pairs, ...how, seed: seedOf(random) };
  },
  apply(batch, params: MetrixDraw) {
    const opened = open(batch, params);
    const { counts, s } = opened.sources;
    const { rows } = mixedRows(opened, params);
    const [n, d] = batch.queries.shape as [number, number];
    const labels = new Float32Array(n * s).fill(params.weight);
    const positives: MixedPairs = { values: tensor(values(rows), [n, s, d]), counts, labels };
    return { ...batch, positives };
  },
  pullback(batch, params, { positives, ...gradients }) {
    if (positives === undefined) return gradients;
    const opened = open(batch, params);
    const given: Features = tensor(values(positives), [opened.sources.firsts.length, batch.queries.shape[1]!]);
    const mixed = mixedRows(opened, params);
    const slopes = params.renormalize ? pullUnitRows(mixed, given) : given;
    const { toQueries, toBlocks } = scatter(batch, opened, slopes, params.weight);
    return {
      ...gradients,
      queries: sumOf(gradients.queries, pullUnitRows(opened.queries, toQueries)),
      keys: opened.blocks.map((block, b) =>
        batch.frozen?.[b] ? undefined : sumOf(gradients.keys?.[b], pullUnitRows(block, toBlocks[b]!)),
      ),
    };
  },
});

interface Opened {
  readonly sources: MetrixSources;
  readonly queries: UnitRows;
  readonly blocks: readonly UnitRows[];
  readonly starts: readonly number[];
}

function open(batch: ContrastBatch, params: MetrixDraw): Opened {
  const { starts } = layoutOf(batch, where);
  if (batch.positives !== undefined) throw new ViewforgeError('DOMAIN', where, 'expected no synthetic positives, got some');
  const sources = metrixSources(batch, params, where);
  return { sources, starts, queries: unitRows(batch.queries), blocks: batch.keys.map((block) => unitRows(block)) };
}

/** [n * s, d]; zeros beyond the count of each anchor. */
function mixedRows({ sources, queries, blocks, starts }: Opened, { weight, renormalize }: MetrixDraw): UnitRows {
  const { counts, s, firsts, negatives } = sources;
  const d = queries.rows.shape[1]!;
  const to = new (values(queries.rows) instanceof Float64Array ? Float64Array : Float32Array)(firsts.length * d);
  const rowOf = (column: number) => {
    const [block, at] = placeOf(starts, column);
    return values(blocks[block]!.rows).subarray(at * d, (at + 1) * d);
  };
  for (const [row, count] of counts.entries()) {
    const anchor = values(queries.rows).subarray(row * d, (row + 1) * d);
    for (let i = row * s; i < row * s + count; i++) {
      const [first, negative] = [firsts[i]! < 0 ? anchor : rowOf(firsts[i]!), rowOf(negatives[i]!)];
      for (let e = 0; e < d; e++) to[i * d + e] = weight * first[e]! + (1 - weight) * negative[e]!;
    }
  }
  const rows = tensor(to, [firsts.length, d]);
  return renormalize ? unitRows(rows) : { rows, norms: new Float64Array() };
}

/** Gradients of all rows at length 1 from those of mixed rows. */
function scatter(batch: ContrastBatch, { sources, starts }: Opened, slopes: Features, weight: number) {
  const { counts, s, firsts, negatives } = sources;
  const [n, d] = batch.queries.shape as [number, number];
  const toQueries = new Float64Array(n * d);
  const toBlocks = batch.keys.map(({ shape }) => new Float64Array(shape[0]! * d));
  const g = values(slopes);
  const add = (to: Float64Array, at: number, from: number, share: number): void => {
    for (let e = 0; e < d; e++) to[at + e] = to[at + e]! + share * g[from + e]!;
  };
  const addTo = (column: number, from: number, share: number): void => {
    const [block, at] = placeOf(starts, column);
    add(toBlocks[block]!, at * d, from, share);
  };
  for (const [row, count] of counts.entries()) {
    for (let i = row * s; i < row * s + count; i++) {
      if (firsts[i]! < 0) add(toQueries, row * d, i * d, weight);
      else addTo(firsts[i]!, i * d, weight);
      addTo(negatives[i]!, i * d, 1 - weight);
    }
  }
  return { toQueries: tensor(toQueries, [n, d]), toBlocks: toBlocks.map((sums) => tensor(sums, [sums.length / d, d])) };
}

function sumOf(given: Features | undefined, own: Features): Features {
  if (given === undefined) return own;
  const sum = values(own);
  const other = values(given);
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + other[i]!;
  return own;
}
