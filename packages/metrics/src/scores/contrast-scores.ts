import { type ContrastBatch, countKeys, eachExcluded, eachWeight, ViewforgeError } from '@viewforge/core';
import { dotRows, type Features, tensor, type UnitRows, values } from '@viewforge/tensor';
import { eachScored } from '../neighbors/nearest.ts';
import { stackRows, unitRowsOf } from '../rows.ts';

/** Cosines of one query with all it may see. */
export interface QueryScores {
  readonly query: number;
  /** Cosines with keys whose target is above 0. */
  readonly positives: Float64Array;
  /** Cosines with all other keys and the query's own extras. Overwritten for the next query. */
  readonly negatives: Float64Array;
  /** The key of each negative; -1 for an extra. Overwritten for the next query. */
  readonly columns: Int32Array;
}

/** What is known of the rows of a batch. */
export interface RowFacts {
  /** Queries, keys and extras of length <= 1e-12, which have no direction; rows that are queries and keys count once. */
  readonly zeroRows: number;
  readonly allFinite: boolean;
}

/**
 * Calls `visit` with the cosines of each query, a few queries at a time, so that n k numbers are never held. Zero rows,
 * excluded keys, and rows with a number that is not finite take no part. Throws ViewforgeError (SHAPE) where widths differ.
 */
export function eachQueryScores(batch: ContrastBatch, visit: (scores: QueryScores) => void): RowFacts {
  const d = batch.queries.shape[1]!;
  for (const { shape } of batch.keys) {
    if (shape[1] !== d) throw new ViewforgeError('SHAPE', 'scores', `expected keys of width ${d}, got [${shape}]`);
  }
  const queries = unitRowsOf(batch.queries);
  const blocks = batch.keys.map((block) => (block === batch.queries ? queries : unitRowsOf(block)));
  const norms = blocks.length === 1 ? blocks[0]!.norms : Float64Array.from(blocks.flatMap((block) => [...block.norms]));
  const keys = blocks.length === 1 ? blocks[0]!.rows : stackRows(blocks.map(({ rows }) => rows));
  const extras = batch.extras && unitRowsOf(extraRows(batch.extras.values));
  const [s, k] = [batch.extras?.values.shape[1] ?? 0, countKeys(batch)];
  const room = { negatives: new Float64Array(k + s), columns: new Int32Array(k + s), kinds: new Uint8Array(k) };
  eachScored({ queries: queries.rows, keys, nearness: 'product' }, (query, scores) => {
    if (!hasDirection(queries.norms[query]!)) return;
    markKinds(batch, query, room.kinds);
    const found = keyScores(scores, norms, room);
    for (let e = query * s; extras && e < query * s + batch.extras.counts[query]!; e++) {
      if (!hasDirection(extras.norms[e]!)) continue;
      room.columns[found.count] = -1;
      room.negatives[found.count++] = dotRows(values(queries.rows), query, values(extras.rows), e, d);
    }
    const [negatives, columns] = [room.negatives.subarray(0, found.count), room.columns.subarray(0, found.count)];
    visit({ query, positives: Float64Array.from(found.positives), negatives, columns });
  });
  return factsOf([...new Set([queries, ...blocks])], extras, batch);
}

const positive = 1;
const hidden = 2;

interface Room {
  readonly negatives: Float64Array;
  readonly columns: Int32Array;
  /** [k]; 0 for a negative key. */
  readonly kinds: Uint8Array;
}

function markKinds(batch: ContrastBatch, query: number, kinds: Uint8Array): void {
  kinds.fill(0);
  eachWeight(batch.targets, query, (column, weight) => {
    if (weight > 0) kinds[column] = positive;
  });
  eachExcluded(batch, query, (column) => {
    kinds[column] = hidden;
  });
}

function keyScores(scores: Float64Array, norms: Float64Array, { negatives, columns, kinds }: Room) {
  const positives: number[] = [];
  let count = 0;
  for (let column = 0; column < scores.length; column++) {
    if (kinds[column] === hidden || !hasDirection(norms[column]!)) continue;
    if (kinds[column] === positive) {
      positives.push(scores[column]!);
      continue;
    }
    columns[count] = column;
    negatives[count++] = scores[column]!;
  }
  return { positives, count };
}

function factsOf(rows: readonly UnitRows[], extras: UnitRows | undefined, { extras: given }: ContrastBatch): RowFacts {
  const s = given?.values.shape[1] ?? 0;
  const used = extras?.norms.filter((_, e) => e % s < given!.counts[Math.floor(e / s)]!) ?? [];
  const norms = [...rows.map((each) => each.norms), used];
  return {
    zeroRows: norms.reduce((sum, each) => sum + each.filter((norm) => norm === 0).length, 0),
    allFinite: norms.every((each) => each.every(Number.isFinite)),
  };
}

function extraRows(extras: ContrastBatch['queries']): Features {
  const [n, s, d] = extras.shape as [number, number, number];
  return tensor(values(extras), [n * s, d]);
}

function hasDirection(norm: number): boolean {
  return norm > 0 && Number.isFinite(norm);
}
