import { type ContrastBatch, countKeys, eachExcluded, eachWeight, ViewforgeError } from '@viewforge/core';
import { brokenRows } from './rows.ts';

/** What one query is to come close to and to keep away from: columns it may see, ascending. */
export interface Sides {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/**
 * Gives the positives (targets above 0) and negatives (all others) among the columns that each query may see.
 * Extra negatives are no columns and are not looked at.
 */
export function sidesOf(batch: ContrastBatch): (row: number) => Sides {
  const marks = new Uint8Array(countKeys(batch));
  const [excluded, positive] = [1, 2];
  return (row) => {
    marks.fill(0);
    eachWeight(batch.targets, row, (column, weight) => {
      if (weight > 0) marks[column] = positive;
    });
    eachExcluded(batch, row, (column) => {
      marks[column] = excluded;
    });
    const [positives, negatives]: [number[], number[]] = [[], []];
    for (let column = 0; column < marks.length; column++) {
      if (marks[column] === positive) positives.push(column);
      else if (marks[column] === 0) negatives.push(column);
    }
    return { positives, negatives };
  };
}

/** Throws ViewforgeError (SHAPE) where queries, keys, targets and exclusion of a batch do not fit each other. */
export function checkShapes(batch: ContrastBatch, where: string): void {
  const fail = (expected: string, got: string): never => {
    throw new ViewforgeError('SHAPE', where, `expected ${expected}, got ${got}`);
  };
  const { queries, keys, targets, excluded } = batch;
  if (queries.shape.length !== 2) fail('queries of [n, d]', `[${queries.shape}]`);
  const [n, d] = queries.shape as [number, number];
  keys.forEach(({ shape }, block) => {
    if (shape.length !== 2 || shape[1] !== d) fail(`keys of [k, ${d}]`, `[${shape}] in block ${block}`);
  });
  const k = countKeys(batch);
  if (targets.kind === 'identity' && n > k) fail(`a key for each of ${n} queries`, `${k} keys and targets "identity"`);
  if (excluded.kind === 'self' && n > k) fail(`a key for each of ${n} queries`, `${k} keys and the exclusion "self"`);
  if (targets.kind === 'dense') {
    const { shape } = targets.values;
    if (shape[0] !== n || shape[1] !== k) fail(`dense targets of [${n}, ${k}]`, `[${shape}]`);
  }
  const lists = { targets, excluded };
  for (const [what, list] of Object.entries(lists)) {
    if ('offsets' in list && list.offsets.length !== n + 1) fail(`${what} with ${n + 1} offsets`, `${list.offsets.length}`);
  }
}

/** Throws ViewforgeError (NOT_FINITE) where a query and a key that it may see hold a number that is none. */
export function checkFinite(batch: ContrastBatch, where: string): void {
  const queries = new Set(brokenRows(batch.queries));
  let first = 0;
  const columns = batch.keys.flatMap((block) => {
    const found = brokenRows(block).map((row) => first + row);
    first += block.shape[0]!;
    return found;
  });
  if (queries.size + columns.length === 0) return;
  const sides = sidesOf(batch);
  for (let row = 0; row < batch.queries.shape[0]!; row++) {
    const { positives, negatives } = sides(row);
    const seen = new Set([...positives, ...negatives]);
    if (seen.size > 0 && queries.has(row)) notFinite(where, `query ${row}`);
    const column = columns.find((each) => seen.has(each));
    if (column !== undefined) notFinite(where, `key ${column}, which query ${row} may see`);
  }
}

function notFinite(where: string, which: string): never {
  throw new ViewforgeError('NOT_FINITE', where, `expected finite numbers, got NaN or an infinity in ${which}`);
}
