import { type ContrastBatch, type Exclusion, excludedRanges, onlyColumns, ViewforgeError } from '@viewforge/core';
import { searchTop } from '@viewforge/miners';
import { createRandom } from '@viewforge/random';
import { hiddenRanges, positivesOf } from './batch-layout.ts';

/** How pairs are chosen for mixing. */
export interface MetrixChoice {
  readonly pairs: 'positive-negative' | 'anchor-negative';
  readonly count: number;
  readonly seed: number;
}

/** What mixed rows are made of: row j of anchor i, for j < counts[i], stands at i * s + j. */
export interface MetrixSources {
  /** Most rows of an anchor. */
  readonly s: number;
  readonly counts: Int32Array;
  /** Column of the positive; -1 where it is the anchor itself. */
  readonly firsts: Int32Array;
  /** Column of the negative. */
  readonly negatives: Int32Array;
}

/** The hardest negatives of each anchor that has a positive, and what each is mixed with. Throws ViewforgeError (NOT_FINITE). */
export function metrixSources(batch: ContrastBatch, { pairs, count, seed }: MetrixChoice, where: string): MetrixSources {
  const { queries, keys } = batch;
  const n = queries.shape[0]!;
  const positives = Array.from({ length: n }, (_, row) => positivesOf(batch, row));
  const k = keys.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const top = searchTop({
    queries,
    keys,
    count: Math.max(1, Math.min(count, k)),
    excluded: withPositives(batch.excluded, positives),
  });
  const counts = Int32Array.from(positives, ({ length }, row) => (length === 0 ? 0 : top.counts[row]!));
  const s = counts.reduce((most, each) => Math.max(most, each), 0);
  const [firsts, negatives] = [new Int32Array(n * s).fill(-1), new Int32Array(n * s)];
  const random = createRandom(seed);
  for (const [row, own] of positives.entries()) {
    const draws = random.fork(row);
    for (let j = 0; j < counts[row]!; j++) {
      if (Number.isNaN(top.scores[row * top.count + j]!)) {
        throw new ViewforgeError(
          'NOT_FINITE',
          where,
          `expected finite numbers, got others in query ${row} or a key that it may see`,
        );
      }
      negatives[row * s + j] = top.columns[row * top.count + j]!;
      if (pairs === 'positive-negative') firsts[row * s + j] = own[draws.integer(0, own.length)]!;
    }
  }
  return { s, counts, firsts, negatives };
}

function withPositives(excluded: Exclusion, positives: readonly (readonly number[])[]): Exclusion {
  if (excluded.kind === 'except') {
    return onlyColumns(
      positives.map((own, row) =>
        [...excluded.columns.subarray(excluded.offsets[row], excluded.offsets[row + 1])].filter(
          (column) => !own.includes(column),
        ),
      ),
    );
  }
  return excludedRanges(
    positives.map((own, row) => [...hiddenRanges(excluded, row), ...own.map((column) => [column, column + 1] as const)]),
  );
}
