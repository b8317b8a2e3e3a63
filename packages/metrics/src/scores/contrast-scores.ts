import { type ContrastBatch, countKeys, type Extras, eachExcluded, eachWeight, ViewforgeError } from '@viewforge/core';
import { dotRows, type Features, tensor, type UnitRows, values } from '@viewforge/tensor';
import { eachScored } from '../neighbors/nearest.ts';
import { stackRows, unitRowsOf } from '../rows.ts';

/** Cosines of one query with all it may see, and with what it must not see. */
export interface QueryScores {
  readonly query: number;
  /** Cosines with keys whose target is above 0. */
  readonly positives: Float64Array;
  /** Cosines with the query's own synthetic positives. */
  readonly synthetic: Float64Array;
  /** Cosines with all other keys, then with the query's own extras. Overwritten for the next query. */
  readonly negatives: Float64Array;
  /** The key of each negative; -1 for an extra. Overwritten for the next query. */
  readonly columns: Int32Array;
  /** Cosines with excluded keys. Overwritten for the next query. */
  readonly excluded: Float64Array;
}

/** Whether directions are compared, or rows as they are given. */
export type ScoreSimilarity = 'cosine' | 'dot';

/** What is known of the rows of a batch. */
export interface RowFacts {
  /** Queries, keys and extras of length <= 1e-12, which have no direction; rows that are queries and keys count once. */
  readonly zeroRows: number;
  readonly allFinite: boolean;
}

/**
 * Calls `visit` with the cosines of each query, a few queries at a time, so that n k numbers are never held; with `similarity` 'dot', the
 * products of rows as they are given. Rows with a number that is not finite take no part, nor do zero rows where directions are compared.
 * Throws ViewforgeError (SHAPE) where widths differ.
 */
export function eachQueryScores(
  batch: ContrastBatch,
  visit: (scores: QueryScores) => void,
  similarity: ScoreSimilarity = 'cosine',
): RowFacts {
  const d = batch.queries.shape[1]!;
  for (const { shape } of batch.keys) {
    if (shape[1] !== d) throw new ViewforgeError('SHAPE', 'scores', `expected keys of width ${d}, got [${shape}]`);
  }
  const rowsOf = similarity === 'cosine' ? unitRowsOf : givenRows;
  const queries = rowsOf(batch.queries);
  const blocks = batch.keys.map((block) => (block === batch.queries ? queries : rowsOf(block)));
  const norms = blocks.length === 1 ? blocks[0]!.norms : Float64Array.from(blocks.flatMap((block) => [...block.norms]));
  const keys = blocks.length === 1 ? blocks[0]!.rows : stackRows(blocks.map(({ rows }) => rows));
  const [extras, synthetic] = [batch.extras, batch.positives].map((own) => own && openOwn(own, rowsOf));
  const [s, k] = [extras?.s ?? 0, countKeys(batch)];
  const room: Room = {
    negatives: new Float64Array(k + s),
    columns: new Int32Array(k + s),
    hidden: new Float64Array(k),
    kinds: new Uint8Array(k),
  };
  eachScored({ queries: queries.rows, keys, nearness: 'product' }, (query, scores) => {
    if (!hasDirection(queries.norms[query]!)) return;
    markKinds(batch, query, room.kinds);
    const found = keyScores(scores, norms, room);
    const row = values(queries.rows).subarray(query * d, query * d + d);
    for (const score of ownScores(row, query, extras)) {
      room.columns[found.count] = -1;
      room.negatives[found.count++] = score;
    }
    visit({
      query,
      positives: Float64Array.from(found.positives),
      synthetic: Float64Array.from(ownScores(row, query, synthetic)),
      negatives: room.negatives.subarray(0, found.count),
      columns: room.columns.subarray(0, found.count),
      excluded: room.hidden.subarray(0, found.hiddenCount),
    });
  });
  return factsOf([...new Set([queries, ...blocks])], [extras, synthetic]);
}

const positive = 1;
const hidden = 2;

interface Room {
  readonly negatives: Float64Array;
  readonly columns: Int32Array;
  readonly hidden: Float64Array;
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

function keyScores(scores: Float64Array, norms: Float64Array, { negatives, columns, hidden: shut, kinds }: Room) {
  const positives: number[] = [];
  let [count, hiddenCount] = [0, 0];
  for (let column = 0; column < scores.length; column++) {
    if (!hasDirection(norms[column]!)) continue;
    if (kinds[column] === hidden) {
      shut[hiddenCount++] = scores[column]!;
      continue;
    }
    if (kinds[column] === positive) {
      positives.push(scores[column]!);
      continue;
    }
    columns[count] = column;
    negatives[count++] = scores[column]!;
  }
  return { positives, count, hiddenCount };
}

/** Rows [n * s, d] of single queries. */
interface OwnRows extends UnitRows {
  readonly s: number;
  readonly d: number;
  readonly counts: Int32Array;
}

function openOwn({ values: given, counts }: Extras, rowsOf: (rows: Features) => UnitRows): OwnRows {
  const [n, s, d] = given.shape as [number, number, number];
  return { ...rowsOf(tensor(values(given), [n * s, d])), s, d, counts };
}

function* ownScores(row: Float32Array | Float64Array, query: number, own: OwnRows | undefined): Generator<number> {
  if (own === undefined) return;
  for (let e = query * own.s; e < query * own.s + own.counts[query]!; e++) {
    if (hasDirection(own.norms[e]!)) yield dotRows(row, 0, values(own.rows), e, own.d);
  }
}

function factsOf(rows: readonly UnitRows[], owns: readonly (OwnRows | undefined)[]): RowFacts {
  const used = owns.map((own) => own?.norms.filter((_, e) => e % own.s < own.counts[Math.floor(e / own.s)]!) ?? []);
  const norms = [...rows.map((each) => each.norms), ...used];
  return {
    zeroRows: norms.reduce((sum, each) => sum + each.filter((norm) => norm === 0).length, 0),
    allFinite: norms.every((each) => each.every(Number.isFinite)),
  };
}

/** Rows as they are, in float64; a row counts as soon as it is finite. */
function givenRows(rows: Features): UnitRows {
  const found = unitRowsOf(rows);
  const own = tensor(Float64Array.from(values(rows)), rows.shape);
  return { ...found, rows: own, norms: found.norms.map((norm) => (norm === 0 ? 1 : norm)) };
}

function hasDirection(norm: number): boolean {
  return norm > 0 && Number.isFinite(norm);
}
