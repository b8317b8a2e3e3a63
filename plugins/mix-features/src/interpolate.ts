import {
  type BatchGradients,
  type ContrastBatch,
  eachWeight,
  sparseWeights,
  ViewforgeError,
  type Weights,
} from '@viewforge/core';
import { createRandom, permutation } from '@viewforge/random';
import { type Features, tensor, unitRows, values } from '@viewforge/tensor';
import { type BatchLayout, countVisible, layoutOf, positivesOf } from './batch-layout.ts';
import { type WeightDraw, weightsOf } from './draw-weights.ts';
import { mixedExclusion } from './mixed-exclusion.ts';
import { addRows, type MixWeights, pullUnitRows, weightAt } from './row-blends.ts';

/** How negatives are mixed with each other. */
export interface Interpolation {
  readonly weights: WeightDraw;
  /** Decides the permutation. */
  readonly seed: number;
}

/** The blocks whose rows are mixed, and the partner of each row. */
export interface OpenedBlocks extends BatchLayout {
  /** Blocks that hold no positive; all blocks where there is none such. */
  readonly mixed: readonly number[];
  /** Blocks hold positives: they stay for these, and mixed negatives are a block of their own behind all others. */
  readonly isApart: boolean;
  /** Rows of the mixed blocks. */
  readonly rows: number;
  /** [rows]; this and the weights are made when they are first asked for: a frozen queue has no pullback. */
  readonly order: Int32Array;
  readonly weights: MixWeights;
  /** Nothing would change: one weight of 1, or no rows. */
  readonly isIdle: boolean;
}

/** Throws ViewforgeError: SHAPE, or DOMAIN where queries see a few columns only. */
export function openBlocks(batch: ContrastBatch, { weights, seed }: Interpolation, where: string): OpenedBlocks {
  const layout = layoutOf(batch, where);
  const pure = batch.keys.flatMap((_, b) => (layout.holdsPositives[b] ? [] : [b]));
  const isApart = pure.length === 0 && seesNegatives(batch, layout);
  checkWhole(batch, isApart, where);
  const mixed = isApart ? batch.keys.map((_, b) => b) : pure;
  const rows = mixed.reduce((sum, b) => sum + batch.keys[b]!.shape[0]!, 0);
  const isIdle = rows === 0 || (weights.by === 'batch' && weights.value === 1);
  let [order, made]: [Int32Array?, MixWeights?] = [];
  return {
    ...{ ...layout, mixed, isApart, rows, isIdle },
    get order() {
      order ??= Int32Array.from(permutation(createRandom(seed), rows));
      return order;
    },
    get weights() {
      made ??= weightsOf(weights, rows, layout.d);
      return made;
    },
  };
}

/** The batch with mixed blocks: in the places of those that were mixed, or behind all others. */
export function withMixedBlocks(batch: ContrastBatch, opened: OpenedBlocks, blocks: readonly Features[]): ContrastBatch {
  const excluded = mixedExclusion(batch, opened);
  const { frozen, targets } = batch;
  // a mixture with rows that learn has a gradient
  const isFrozen = opened.mixed.every((b) => frozen?.[b]);
  if (!opened.isApart) {
    const keys = [...batch.keys];
    opened.mixed.forEach((b, i) => {
      keys[b] = blocks[i]!;
    });
    return {
      ...batch,
      keys,
      excluded,
      ...(frozen && { frozen: frozen.map((is, b) => (opened.mixed.includes(b) ? isFrozen : is)) }),
    };
  }
  return {
    ...batch,
    keys: [...batch.keys, ...blocks],
    targets: targets.kind === 'dense' ? asSparse(targets, opened.n) : targets,
    excluded,
    ...(frozen && { frozen: [...frozen, ...frozen.map(() => isFrozen)] }),
  };
}

/** Gradients of the incoming keys as they were given, from those of the batch with mixed blocks. */
export function pullMixedBlocks(batch: ContrastBatch, opened: OpenedBlocks, gradients: BatchGradients): BatchGradients {
  if (gradients.keys === undefined || opened.isIdle) return gradients;
  const { mixed, isApart } = opened;
  const count = batch.keys.length;
  const given = mixed.map((b) => gradients.keys![isApart ? count + b : b]);
  const sums = mixed.every((b) => batch.frozen?.[b]) ? [] : scatter(batch, opened, given);
  const keys = gradients.keys.slice(0, count);
  mixed.forEach((b, i) => {
    const own = batch.frozen?.[b] ? undefined : pullUnitRows(unitRows(batch.keys[b]!), sums[i]!);
    if (own && isApart && keys[b]) addRows(own, keys[b]);
    keys[b] = own;
  });
  return { ...gradients, keys };
}

/** Gradients of the sources at length 1 from those of their mixtures, by block. */
function scatter(batch: ContrastBatch, opened: OpenedBlocks, given: readonly (Features | undefined)[]): Features[] {
  const { mixed, d, weights, order } = opened;
  const sums = mixed.map((b) => new Float64Array(batch.keys[b]!.shape[0]! * d));
  const places = mixed.flatMap((b, i) => Array.from({ length: batch.keys[b]!.shape[0]! }, (_, at) => [i, at * d] as const));
  for (const [row, [i, at]] of places.entries()) {
    const g = given[i] && values(given[i]);
    if (g === undefined) continue;
    const [j, other] = places[order[row]!]!;
    const [own, partner] = [sums[i]!, sums[j]!];
    for (let e = 0; e < d; e++) {
      const weight = weightAt(weights, row, row * d + e);
      own[at + e] = own[at + e]! + weight * g[at + e]!;
      partner[other + e] = partner[other + e]! + (1 - weight) * g[at + e]!;
    }
  }
  return sums.map((each) => tensor(each, [each.length / d, d]));
}

function seesNegatives(batch: ContrastBatch, { n, k }: BatchLayout): boolean {
  for (let row = 0; row < n; row++) if (countVisible(batch, row, 0, k) > positivesOf(batch, row).length) return true;
  return false;
}

function checkWhole({ excluded, triplets }: ContrastBatch, isApart: boolean, where: string): void {
  if (excluded.kind !== 'except' && !(isApart && triplets !== undefined)) return;
  const message = 'expected queries that see whole blocks of negatives, got a batch that was mined; mix before mining';
  throw new ViewforgeError('DOMAIN', where, message);
}

function asSparse(targets: Weights, n: number): Weights {
  return sparseWeights(
    Array.from({ length: n }, (_, row) => {
      const found: [number, number][] = [];
      eachWeight(targets, row, (column, weight) => {
        if (weight > 0) found.push([column, weight]);
      });
      return found;
    }),
  );
}
