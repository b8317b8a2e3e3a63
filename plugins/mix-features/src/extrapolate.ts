import {
  type BatchGradients,
  type ContrastBatch,
  type Exclusion,
  excludedRanges,
  onlyColumns,
  sparseWeights,
} from '@viewforge/core';
import { type Features, tensor, type UnitRows, unitRows, values, zeros } from '@viewforge/tensor';
import { type BatchLayout, countVisible, hiddenRanges, layoutOf, onlyPositives, placeOf } from './batch-layout.ts';
import { type WeightDraw, weightsOf } from './draw-weights.ts';
import { addRows, blendRows, type MixWeights, pullUnitRows } from './row-blends.ts';

/** How positive pairs are moved. */
export interface Extrapolation {
  readonly weights: WeightDraw;
  readonly renormalize: boolean;
}

/** A batch made ready for moving its positive pairs. */
export interface OpenedPairs extends BatchLayout {
  /** [n]; the column of each query's positive, -1 where it has none. */
  readonly positives: Int32Array;
  readonly queries: UnitRows;
  /** By block: its rows at length 1 where it holds positives. */
  readonly blocks: readonly (UnitRows | undefined)[];
  /** [n, d]; the positive of each query at length 1, the query itself where there is none. */
  readonly partners: Features;
  readonly weights: MixWeights;
  /** The block that is replaced: row i is the positive of query i, which sees no other row of it; -1 where there is none such. */
  readonly own: number;
}

/** Throws ViewforgeError: SHAPE, or DOMAIN for a query with several positives. */
export function openPairs(batch: ContrastBatch, { weights }: Pick<Extrapolation, 'weights'>, where: string): OpenedPairs {
  const layout = layoutOf(batch, where);
  const { n, d, starts, holdsPositives } = layout;
  const positives = onlyPositives(batch, where);
  const queries = unitRows(batch.queries);
  const blocks = batch.keys.map((keys, b) => (holdsPositives[b] ? unitRows(keys) : undefined));
  const partners = values(queries.rows).slice();
  for (const [row, column] of positives.entries()) {
    if (column < 0) continue;
    const [block, at] = placeOf(starts, column);
    partners.set(values(blocks[block]!.rows).subarray(at * d, (at + 1) * d), row * d);
  }
  const own = ownBlock(batch, layout, positives);
  return { ...layout, positives, queries, blocks, partners: tensor(partners, [n, d]), weights: weightsOf(weights, n, d), own };
}

/** The moved pairs [n, d], brought to length 1 where `renormalize` says so. */
export function movePairs(
  { queries, partners, weights }: OpenedPairs,
  renormalize: boolean,
): { queries: UnitRows; keys: UnitRows } {
  const moved = [blendRows(queries.rows, partners, weights), blendRows(partners, queries.rows, weights)] as const;
  const [q, k] = moved.map((rows) => (renormalize ? unitRows(rows) : { rows, norms: new Float64Array() })) as [
    UnitRows,
    UnitRows,
  ];
  return { queries: q, keys: k };
}

/** The batch with these moved pairs: in the place of the block that held the positives, or in a block of their own behind all others. */
export function withMovedPairs(batch: ContrastBatch, opened: OpenedPairs, queries: Features, keys: Features): ContrastBatch {
  const { own, k, n, positives } = opened;
  const blocks = batch.keys.map((block, b) => (b === own ? keys : (opened.blocks[b]?.rows ?? block)));
  if (own >= 0) {
    const frozen = batch.frozen && { frozen: batch.frozen.map((is, b) => is && b !== own) };
    return { ...batch, queries, keys: blocks, ...frozen };
  }
  const { triplets } = batch;
  const moved = triplets && {
    ...triplets,
    positives: triplets.positives.map((column, e) => toMoved(opened, triplets.queries[e]!, column)),
  };
  return {
    ...batch,
    queries,
    keys: [...blocks, keys],
    ...(batch.frozen && { frozen: [...batch.frozen, false] }),
    targets: sparseWeights(Array.from({ length: n }, (_, row) => (positives[row]! < 0 ? [] : [[k + row, 1] as const]))),
    excluded: ownMovedAlone(batch, opened),
    ...(moved && { triplets: moved }),
  };
}

/** Gradients of the incoming batch from those of the batch with moved pairs. */
export function pullMovedPairs(
  batch: ContrastBatch,
  { weights, renormalize }: Extrapolation,
  gradients: BatchGradients,
  where: string,
): BatchGradients {
  const opened = openPairs(batch, { weights }, where);
  const { n, d, own, positives, starts, blocks } = opened;
  const moved = renormalize ? movePairs(opened, true) : undefined;
  const ofQueries = gradients.queries ?? zeros([n, d], batch.queries);
  const ofKeys = gradients.keys?.[own < 0 ? blocks.length : own] ?? zeros([n, d], batch.queries);
  const g = moved ? pullUnitRows(moved.queries, ofQueries) : ofQueries;
  const h = moved ? pullUnitRows(moved.keys, ofKeys) : ofKeys;
  const toQueries = blendRows(g, h, opened.weights);
  const toPartners = blendRows(h, g, opened.weights);
  const sums = blocks.map((block, b) =>
    block && !batch.frozen?.[b] ? startOf(block, b === own ? undefined : gradients.keys?.[b]) : undefined,
  );
  for (let row = 0; row < n; row++) {
    const column = positives[row]!;
    const from = values(toPartners).subarray(row * d, (row + 1) * d);
    // without a positive the query was its own partner
    const [block, at] = column < 0 ? [-1, row] : placeOf(starts, column);
    const to = column < 0 ? toQueries : sums[block];
    if (to) addRows(tensor(values(to).subarray(at * d, (at + 1) * d), [1, d]), tensor(from, [1, d]));
  }
  const keys = batch.keys.map((_, b) => (blocks[b] ? sums[b] && pullUnitRows(blocks[b], sums[b]) : gradients.keys?.[b]));
  return { ...gradients, queries: pullUnitRows(opened.queries, toQueries), ...(gradients.keys && { keys }) };
}

function startOf(block: UnitRows, given: Features | undefined): Features {
  return given ? tensor(values(given).slice(), block.rows.shape) : zeros(block.rows.shape, block.rows);
}

function ownBlock(batch: ContrastBatch, { n, starts, holdsPositives }: BatchLayout, positives: Int32Array): number {
  const block = holdsPositives.indexOf(true);
  if (block < 0 || block !== holdsPositives.lastIndexOf(true) || batch.keys[block]!.shape[0] !== n) return -1;
  const from = starts[block]!;
  const isOwn = positives.every((column, row) => column < 0 || column === from + row);
  const seen = (row: number): number => countVisible(batch, row, from, from + n);
  return isOwn && positives.every((column, row) => seen(row) === Number(column >= 0)) ? block : -1;
}

function toMoved({ positives, k }: OpenedPairs, row: number, column: number): number {
  return positives[row] === column ? k + row : column;
}

/** What was seen, but of the positives only where they were moved to. */
function ownMovedAlone(batch: ContrastBatch, { n, k, positives }: OpenedPairs): Exclusion {
  const { excluded } = batch;
  const rows = Array.from(positives, (column, row) => ({ column, row }));
  if (excluded.kind === 'except') {
    const seen = (row: number) => [...excluded.columns.subarray(excluded.offsets[row], excluded.offsets[row + 1])];
    return onlyColumns(
      rows.map(({ column, row }) => [...seen(row).filter((each) => each !== column), ...(column < 0 ? [] : [k + row])]),
    );
  }
  return excludedRanges(
    rows.map(({ column, row }) => {
      const before = hiddenRanges(excluded, row);
      if (column < 0) return [...before, [k, k + n] as const];
      return [...before, [column, column + 1] as const, [k, k + row] as const, [k + row + 1, k + n] as const];
    }),
  );
}
