import { eachExcluded, eachWeight, ViewforgeError } from '@viewforge/core';
import { fillApart, type PairTable, queryPoint } from './pair-table.ts';

/** One query and what it may see. */
export interface Query {
  readonly index: number;
  /** How much its terms count, relative to the largest weight; 1 where the batch says nothing. */
  readonly weight: number;
  /** [k + s]; the distance of each column, or minus the similarity: larger is farther apart. Of no meaning where the query may not see. */
  readonly apart: Float64Array;
  /** Columns with a target above 0, ascending. */
  readonly positives: readonly number[];
  /** All other columns that it may see, ascending; its extras come last. */
  readonly negatives: readonly number[];
}

/**
 * Visits the queries that the settings name, in order; what a visit gets is good until the next.
 * Throws ViewforgeError (NOT_FINITE) for a query that may see something which is no finite number.
 */
export function eachQuery(table: PairTable, visit: (query: Query) => void): void {
  const { batch, queries, settings, columns, s, weights } = table;
  const apart = new Float64Array(columns + s);
  const marks = new Uint8Array(columns);
  const broken = new Set(queries.broken);
  for (let index = 0; index < queries.n; index++) {
    const { positives, negatives } = sidesOf(table, index, marks);
    // one that sees nothing is still asked where triplets are named, which must not name what it does not see
    const seesNothing = negatives.length === 0 && batch.triplets === undefined;
    if (positives.length === 0 && (seesNothing || settings.visits === 'with-positives')) continue;
    fillApart(table, queryPoint(table, index), index, apart);
    if (broken.has(index)) apart.fill(Number.NaN);
    const query = { index, weight: weights[index]!, apart, positives, negatives };
    checkFinite(query, settings.where);
    visit(query);
  }
}

interface Sides {
  readonly positives: number[];
  readonly negatives: number[];
}

const [excluded, negative, positive] = [0, 1, 2];

/** In place: `marks` [k] says on which side each column is. */
function sidesOf({ batch, columns }: PairTable, row: number, marks: Uint8Array): Sides {
  marks.fill(negative);
  eachWeight(batch.targets, row, (column, weight) => {
    if (weight > 0) marks[column] = positive;
  });
  eachExcluded(batch, row, (column) => {
    marks[column] = excluded;
  });
  const sides: Sides = { positives: [], negatives: [] };
  for (let column = 0; column < columns; column++) {
    if (marks[column] === positive) sides.positives.push(column);
    else if (marks[column] === negative) sides.negatives.push(column);
  }
  for (let extra = 0; extra < (batch.extras?.counts[row] ?? 0); extra++) sides.negatives.push(columns + extra);
  return sides;
}

function checkFinite({ index, apart, positives, negatives }: Query, where: string): void {
  const isWrong = (column: number): boolean => !Number.isFinite(apart[column]!);
  const wrong = positives.find(isWrong) ?? negatives.find(isWrong);
  if (wrong === undefined) return;
  throw new ViewforgeError(
    'NOT_FINITE',
    where,
    `expected finite rows for query ${index}, got ${Math.abs(apart[wrong]!)} for column ${wrong}; look for NaN or very large numbers in both rows`,
  );
}
