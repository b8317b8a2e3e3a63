import { excludedRanges, type Exclusion, type NearestRows, type Running } from '@viewforge/core';
import { limitBelow, type SearchCodes, type SearchLimits, type TopKeys } from '@viewforge/miners';
import { type Features, features, values } from '@viewforge/tensor';
import type { Mining } from './mining.ts';
import { pairScores } from './pair-scores.ts';

/** What was found for some queries, in their order. */
export interface MinedBlock {
  readonly negatives: NearestRows;
  readonly positives: NearestRows;
}

/** Finds the best rows for queries, as far as neither exclusions, codes nor limits hide them. */
export type FindRows = (
  queries: Features,
  wanted: {
    readonly count: number;
    readonly excluded: Exclusion;
    readonly codes: readonly SearchCodes[];
    readonly limits: SearchLimits;
  },
) => Promise<NearestRows | TopKeys>;

/** The positives, and then the negatives, of queries `first` to `first + n - 1`. */
export async function mineBlock(mining: Mining, find: FindRows, first: number, n: number, running: Running): Promise<MinedBlock> {
  const queries = await (mining.queries ?? mining.vectors).read(first, n, running);
  const positives = await findPositives(mining, find, queries, first, running);
  const negatives = await find(queries, {
    count: mining.count,
    excluded: excludedRows(mining, first, n, 'negatives'),
    codes: codesOf(mining, first, n, 'equal'),
    limits: limitsOf(mining, positives),
  });
  return { negatives, positives };
}

/** Rows that a query must not find for where they stand: itself and those around it, and as a negative its positive. */
function excludedRows(mining: Mining, first: number, n: number, wanted: 'positives' | 'negatives'): Exclusion {
  const { queries, window = 0, pairs } = mining;
  return excludedRanges(
    Array.from({ length: n }, (_, i) => {
      const row = first + i;
      const positive = wanted === 'negatives' ? (pairs?.[row] ?? -1) : -1;
      const around = queries === undefined ? ([Math.max(0, row - window), row + window + 1] as const) : ([0, 0] as const);
      return positive < 0 ? [around] : [around, [positive, positive + 1] as const];
    }),
  );
}

async function findPositives(
  mining: Mining,
  find: FindRows,
  queries: Features,
  first: number,
  running: Running,
): Promise<NearestRows> {
  const { pairs, labels, groups, positiveCount = 1, positives = 'nearest' } = mining;
  const n = queries.shape[0]!;
  if (pairs !== undefined) return pairScores(mining.vectors, queries, pairs.subarray(first, first + n), running);
  if (positiveCount === 0 || (labels ?? groups) === undefined) return nothing(n);
  const codes = codesOf(mining, first, n, 'different');
  const wanted = { count: positiveCount, excluded: excludedRows(mining, first, n, 'positives'), codes, limits: {} };
  if (positives === 'nearest') return find(queries, wanted);
  const opposite = features(
    Float32Array.from(values(queries), (value) => -value),
    n,
    queries.shape[1]!,
  );
  const found = await find(opposite, wanted);
  return { ...found, scores: found.scores.map((score) => (score === Number.NEGATIVE_INFINITY ? score : -score)) };
}

function nothing(n: number): NearestRows {
  return { columns: new Int32Array(0), scores: new Float32Array(0), counts: new Int32Array(n), count: 0 };
}

/** Which codes hide negatives ('equal'), or positives ('different'). */
function codesOf(mining: Mining, first: number, n: number, hides: 'equal' | 'different'): SearchCodes[] {
  const { labels, groups, queryLabels = labels, queryGroups = groups } = mining;
  const codes: SearchCodes[] = [];
  const add = (keys: Int32Array | undefined, queries: Int32Array | undefined, how: 'equal' | 'different'): void => {
    if (keys !== undefined && queries !== undefined)
      codes.push({ keys, queries: queries.subarray(first, first + n), hides: how });
  };
  add(labels, queryLabels, hides);
  add(groups, queryGroups, labels === undefined ? hides : 'equal');
  return codes;
}

/** The scores that negatives may have. */
function limitsOf({ lowest, highest, margin }: Mining, { scores, counts, count }: NearestRows): SearchLimits {
  const n = counts.length;
  const least = lowest === undefined ? {} : { lowest: new Float64Array(n).fill(lowest) };
  if (highest === undefined && margin === undefined) return least;
  const most = Float64Array.from(counts, (size, row) => {
    let positive = Number.POSITIVE_INFINITY;
    for (let i = 0; i < size; i++) positive = Math.min(positive, scores[row * count + i]!);
    const limit = margin === undefined ? Number.POSITIVE_INFINITY : limitBelow(positive, margin);
    return Math.min(highest ?? Number.POSITIVE_INFINITY, justBelow(limit));
  });
  return { ...least, highest: most };
}

/** A number a little below a limit that must not be reached. */
function justBelow(limit: number): number {
  return Number.isFinite(limit) ? limit - Math.abs(limit) * 2 ** -52 - Number.MIN_VALUE : limit;
}
