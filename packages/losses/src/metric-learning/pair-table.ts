import { type BatchGradients, type ContrastBatch, countKeys } from '@viewforge/core';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { checkBatch } from '../check-batch.ts';
import { ofLearningBlocks } from '../learning-blocks.ts';
import { largestOf, relativeWeights } from '../relative-weights.ts';
import { type Rows, rowsOf, rowsPullback } from '../rows.ts';
import { type Distance, type DistanceName, distances } from './distances.ts';

/** How a batch is looked at. */
export interface TableSettings {
  /** Name of the loss, for errors. */
  readonly where: string;
  readonly distance: DistanceName;
  readonly rows: 'unit' | 'raw';
  /** Whether queries without a positive have something to say. */
  readonly visits: 'all' | 'with-positives';
}

/** A batch made ready: how far apart rows are is computed query by query, never for all at once. */
export interface PairTable {
  readonly batch: ContrastBatch;
  readonly settings: TableSettings;
  readonly distance: Distance;
  readonly queries: Rows;
  readonly blocks: readonly Rows[];
  /** The first column of each block. */
  readonly starts: readonly number[];
  /** Number of shared keys k; the extras of a query are columns from here. */
  readonly columns: number;
  /** Extras a query may have. */
  readonly s: number;
  /** [n * s, d] */
  readonly extras: Rows | undefined;
  /** [n]; how much each query counts, relative to those that count most. */
  readonly weights: Float64Array;
  /** What those that count most weigh; 1 where the batch says nothing. */
  readonly unit: number;
}

/** Derivatives with respect to rows as they are compared, added up. */
export interface Sums {
  /** [n, d] */
  readonly queries: Float64Array;
  /** [k_b, d] for each block, undefined for frozen ones. */
  readonly keys: readonly (Float64Array | undefined)[];
  /** [n * s, d] */
  readonly extras: Float64Array;
  /** [k + n * s]; with respect to the length that each key and extra had, for losses that look at it. */
  readonly lengths: Float64Array;
}

/** A row that is compared with all columns of a query: its d numbers, and where its derivatives are added up. */
export interface Point {
  readonly x: Float64Array;
  readonly into: Float64Array;
}

/** Numbers for each column of a query, and the derivative of something with respect to them: [k + s] each. */
export interface Sloped {
  readonly apart: Float64Array;
  readonly slopes: Float64Array;
}

/** A query and how much it counts. */
export interface Weighted {
  readonly index: number;
  readonly weight: number;
}

/** Makes a batch ready. Throws ViewforgeError (SHAPE) when its parts do not fit. */
export function openTable(batch: ContrastBatch, settings: TableSettings): PairTable {
  checkBatch(batch, settings.where);
  const similarity = similarityOf(settings);
  const queries = rowsOf(batch.queries, similarity);
  // a batch that compares rows with themselves needs them once
  const blocks = batch.keys.map((block) => (block === batch.queries ? queries : rowsOf(block, similarity)));
  return {
    batch,
    settings,
    distance: distances[settings.distance],
    queries,
    blocks,
    starts: blocks.map((_, b) => blocks.slice(0, b).reduce((sum, { n }) => sum + n, 0)),
    columns: countKeys(batch),
    s: batch.extras?.values.shape[1] ?? 0,
    extras: batch.extras && rowsOf(extraRows(batch), similarity),
    weights: relativeWeights(batch.queryWeights, queries.n),
    unit: batch.queryWeights === undefined ? 1 : largestOf(batch.queryWeights),
  };
}

/** Sums of nothing. */
export function openSums({ batch, queries, blocks, extras, columns }: PairTable): Sums {
  return {
    queries: new Float64Array(queries.data.length),
    keys: ofLearningBlocks(batch, (_, b) => new Float64Array(blocks[b]!.data.length)),
    extras: new Float64Array(extras?.data.length ?? 0),
    lengths: new Float64Array(columns + (extras?.n ?? 0)),
  };
}

/** A query as a point. */
export function queryPoint({ queries: { data, d } }: PairTable, query: number, sums?: Sums): Point {
  return pointAt(data, query * d, d, sums?.queries);
}

/** A shared key as a point. */
export function keyPoint({ blocks, starts }: PairTable, column: number, sums?: Sums): Point {
  const b = starts.findLastIndex((start) => start <= column);
  const { data, d } = blocks[b]!;
  return pointAt(data, (column - starts[b]!) * d, d, sums?.keys[b]);
}

/** In place: the distance of a point from each column of `query`, or minus the similarity; NaN for columns that hold no finite numbers. */
export function fillApart(table: PairTable, { x }: Point, query: number, apart: Float64Array): void {
  for (const { rows, first, count, column } of partsOf(table, query)) {
    const part = apart.subarray(column, column + count);
    table.distance.values(x, { data: rows.data, first, count }, part);
    for (const row of rows.broken) if (row >= first && row < first + count) part[row - first] = Number.NaN;
    if (table.distance.sign === -1) negate(part);
  }
}

/**
 * In place: adds the slopes, times the weight of `query`, times the derivatives of `apart` as filled for this point, to the sums and to
 * those of the point.
 */
export function pullApart(table: PairTable, { x, into }: Point, query: Weighted, { apart, slopes }: Sloped, sums: Sums): void {
  const { sign, pull } = table.distance;
  for (const { rows, first, count, column, block } of partsOf(table, query.index)) {
    const found = {
      values: apart.subarray(column, column + count).map((each) => sign * each),
      slopes: slopes.subarray(column, column + count).map((each) => sign * query.weight * each),
    };
    const y = block === undefined ? sums.extras : sums.keys[block];
    pull(x, { data: rows.data, first, count }, found, { x: into, y });
  }
}

/** Gradients with respect to rows as given, in the element type of each, from `scale` times the sums. */
export function gradientsOf(table: PairTable, sums: Sums, scale: number): BatchGradients {
  const { batch, blocks, starts, extras, columns } = table;
  const similarity = similarityOf(table.settings);
  const pullback = (rows: Rows, own: Float64Array, like: Features, lengths: Float64Array): Features => {
    const pulled = rowsPullback(rows, own, scale, like, similarity);
    addLengths(values(pulled), rows, lengths, scale);
    return pulled;
  };
  return {
    queries: rowsPullback(table.queries, sums.queries, scale, batch.queries, similarity),
    keys: ofLearningBlocks(batch, (keys, b) => pullback(blocks[b]!, sums.keys[b]!, keys, sums.lengths.subarray(starts[b]!))),
    ...(extras && {
      extras: tensor(
        values(pullback(extras, sums.extras, extraRows(batch), sums.lengths.subarray(columns))),
        batch.extras!.values.shape,
      ),
    }),
  };
}

/** Rows that lie together and are columns of a query from `column`; `block` of the keys, or its extras. */
interface Part {
  readonly rows: Rows;
  readonly first: number;
  readonly count: number;
  readonly column: number;
  readonly block: number | undefined;
}

function partsOf({ batch, blocks, starts, extras, columns, s }: PairTable, query: number): Part[] {
  const shared = blocks.map((rows, block): Part => ({ rows, first: 0, count: rows.n, column: starts[block]!, block }));
  if (extras === undefined) return shared;
  const own = { rows: extras, first: query * s, count: batch.extras!.counts[query]!, column: columns, block: undefined };
  return [...shared, own];
}

function pointAt(data: Float64Array, at: number, d: number, sums: Float64Array | undefined): Point {
  return { x: data.subarray(at, at + d), into: sums?.subarray(at, at + d) ?? new Float64Array(d) };
}

/** In place: the derivative of a length is the row of length 1. */
function addLengths(
  gradient: Float32Array | Float64Array,
  { data, norms, n, d }: Rows,
  lengths: Float64Array,
  scale: number,
): void {
  for (let row = 0; row < n; row++) {
    if (lengths[row] === 0 || !(norms[row]! > 0)) continue;
    for (let i = row * d; i < (row + 1) * d; i++) gradient[i] = gradient[i]! + scale * lengths[row]! * data[i]!;
  }
}

function extraRows({ extras }: ContrastBatch): Features {
  const [n, s, d] = extras!.values.shape as [number, number, number];
  return features(values(extras!.values), n * s, d);
}

function similarityOf({ rows }: TableSettings): 'cosine' | 'dot' {
  return rows === 'unit' ? 'cosine' : 'dot';
}

function negate(part: Float64Array): void {
  for (let j = 0; j < part.length; j++) part[j] = -part[j]!;
}
