import {
  type ContrastBatch,
  defineMixer,
  type Exclusion,
  eachWeight,
  flag,
  number,
  onlyColumns,
  sparseWeights,
  ViewforgeError,
  type Weights,
} from '@viewforge/core';
import { beta, permutation } from '@viewforge/random';
import { type Features, tensor, unitRows, values } from '@viewforge/tensor';
import { z } from 'zod';
import { hiddenRanges, layoutOf } from './batch-layout.ts';
import { blendRows, type MixWeights, pullUnitRows } from './row-blends.ts';
import { withoutTargets } from './without-targets.ts';

const where = 'i-mix-embeddings';

/** What `iMixEmbeddings` draws: [n] each. */
export type QueryMixDraw = { readonly partners: readonly number[]; readonly weights: readonly number[] };

/**
 * i-Mix on embeddings: each query is mixed with another one, w q + (1 - w) q' of rows at length 1, and so are its targets; keys stay clean. InfoNCE of
 * such targets is w l(own key) + (1 - w) l(key of the partner). Weights are folded, so that a query belongs mostly to its own item.
 *
 * A query sees what both sources may see, and the positives of both. Weights and extra negatives of a query stay with its place. Targets
 * of a source are relative to their sum, as in a loss; a query whose partner has no positive keeps its own. A single query is its own partner and comes at length 1.
 *
 * Gradients flow to both queries of a mixture, and to keys as before. Draws the order of partners, then n weights.
 * Throws ViewforgeError: SHAPE, or DOMAIN where keys are the queries themselves (they would not be clean), and for a batch with triplets or
 * synthetic positives, which belong to single queries.
 */
export const iMixEmbeddings = defineMixer({
  name: where,
  summary: 'Mix the queries of a batch with each other, and their targets, and keep the keys clean.',
  reference: 'https://arxiv.org/abs/2010.08887',
  mixes: 'contrast',
  options: z.object({
    alpha: number({
      default: 1,
      min: 0,
      max: 1e6,
      unit: 'none',
      doc: 'Weights are drawn from Beta(alpha, alpha): 1 is uniform, more is nearer to 0.5; 0 does not mix.',
    }),
    fold: flag({ default: true, doc: 'Take the larger of w and 1 - w, so that every query remains mostly itself.' }),
  }),
  draw({ queries }, { alpha, fold }, random): QueryMixDraw {
    const n = queries.shape[0]!;
    const partners = permutation(random, n);
    const weights = partners.map(() => beta(random, alpha, alpha));
    return { partners, weights: fold ? weights.map((weight) => Math.max(weight, 1 - weight)) : weights };
  },
  apply(batch, { partners, weights }: QueryMixDraw) {
    layoutOf(batch, where);
    checkMixable(batch);
    const { rows } = unitRows(batch.queries);
    return {
      ...batch,
      queries: blendRows(rows, inOrder(rows, partners), asWeights(weights)),
      targets: mixedTargets(batch.targets, partners, weights),
      excluded: mixedExclusion(batch, partners, weights),
    };
  },
  pullback(batch, { partners, weights }, gradients) {
    if (gradients.queries === undefined) return gradients;
    const [n, d] = batch.queries.shape as [number, number];
    const sums = new Float64Array(n * d);
    const g = values(gradients.queries);
    for (const [row, partner] of partners.entries()) {
      for (let e = 0; e < d; e++) {
        const slope = g[row * d + e]!;
        sums[row * d + e] = sums[row * d + e]! + weights[row]! * slope;
        sums[partner * d + e] = sums[partner * d + e]! + (1 - weights[row]!) * slope;
      }
    }
    return { ...gradients, queries: pullUnitRows(unitRows(batch.queries), tensor(sums, [n, d])) };
  },
});

function checkMixable(batch: ContrastBatch): void {
  const fail = (expected: string, got: string): never => {
    throw new ViewforgeError('DOMAIN', where, `expected ${expected}, got ${got}`);
  };
  if (batch.keys.includes(batch.queries)) fail('keys that stay clean', 'keys that are the queries; use in-batch or queue');
  if (batch.triplets !== undefined) fail('no triplets', 'some; mix before mining');
  if (batch.positives !== undefined) fail('no synthetic positives', 'some; mix queries before they are made');
}

function asWeights(weights: readonly number[]): MixWeights {
  return { by: 'sample', data: Float64Array.from(weights) };
}

function inOrder(rows: Features, order: readonly number[]): Features {
  const d = rows.shape[1]!;
  const [from, to] = [values(rows), values(rows).slice()];
  for (const [row, other] of order.entries()) to.set(from.subarray(other * d, (other + 1) * d), row * d);
  return tensor(to, [...rows.shape]);
}

function mixedTargets(targets: Weights, partners: readonly number[], weights: readonly number[]): Weights {
  return sparseWeights(
    partners.map((partner, row) => {
      const sums = new Map<number, number>();
      for (const [source, share] of [
        [row, weights[row]!],
        [partner, 1 - weights[row]!],
      ] as const) {
        const whole = sumOf(targets, source);
        eachWeight(targets, source, (column, weight) => {
          const part = (share * weight) / whole;
          if (part > 0) sums.set(column, (sums.get(column) ?? 0) + part);
        });
      }
      const total = [...sums.values()].reduce((sum, each) => sum + each, 0);
      return [...sums].map(([column, weight]) => [column, weight / total] as const);
    }),
  );
}

function sumOf(targets: Weights, row: number): number {
  let sum = 0;
  eachWeight(targets, row, (_, weight) => {
    sum += weight;
  });
  return sum;
}

/** What either source must not see is hidden, but for the positives of both. */
function mixedExclusion(batch: ContrastBatch, partners: readonly number[], weights: readonly number[]): Exclusion {
  const { excluded, targets } = batch;
  if (excluded.kind === 'none') return excluded;
  // a partner that is not in the mixture at all hides nothing
  const others = partners.map((partner, row) => (weights[row] === 1 ? row : partner));
  const positives = others.map((partner, row) => {
    const found = new Set<number>();
    for (const source of [row, partner]) {
      eachWeight(targets, source, (column, weight) => {
        if (weight > 0) found.add(column);
      });
    }
    return found;
  });
  if (excluded.kind === 'except') {
    const seen = (row: number) => [...excluded.columns.subarray(excluded.offsets[row], excluded.offsets[row + 1])];
    return onlyColumns(
      others.map((partner, row) => {
        const other = new Set(seen(partner));
        return [...new Set([...seen(row).filter((column) => other.has(column)), ...positives[row]!])];
      }),
    );
  }
  return withoutTargets(
    others.map((partner, row) => [...hiddenRanges(excluded, row), ...hiddenRanges(excluded, partner)]),
    positives,
  );
}
