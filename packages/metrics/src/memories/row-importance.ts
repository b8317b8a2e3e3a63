import { ViewforgeError } from '@viewforge/core';
import { dotRows, type Features, topK, values } from '@viewforge/tensor';
import { unitRowsOf } from '../rows.ts';
import type { Accumulator } from '../streams/accumulator.ts';

/** One query's view of a memory of n rows. */
export interface RankedMemory {
  /** Rows of the memory, most similar first; rows left out can never be retrieved. */
  readonly order: ArrayLike<number>;
  /** [n]; what retrieving each row is worth, such as 1 where its answer is right and 0 where it is wrong. */
  readonly worth: ArrayLike<number>;
}

/** What a memory is worth, and each row in it. */
export interface RowImportance {
  /** Mean over queries of the expected worth of the rows retrieved, divided by K. */
  readonly utility: number;
  /** [n]; the utility with the row for certain less the utility without it, which is also its derivative by the row's weight. */
  readonly importance: Float64Array;
  /** Queries. */
  readonly n: number;
  readonly notes: readonly string[];
}

/** How a memory is read. */
export interface MemoryOptions {
  /** K: how many rows are retrieved for a query, of those that are in the memory. */
  readonly count: number;
  /** [n]; the probability, in [0, 1], that each row is in the memory, independently. */
  readonly weights: ArrayLike<number>;
}

/** Sums over queries. */
export interface ImportanceSums {
  readonly utility: number;
  readonly importance: Float64Array;
  readonly queries: number;
}

/**
 * An accumulator of queries that tells what each row of a memory is worth to retrieval. Each row is in the memory with its
 * weight as probability; a query retrieves the first K of its order that are in. The expectation over all 2^n memories is exact,
 * by the recursion of the Poisson-binomial distribution: n K steps for a query, for all rows together. `add` throws
 * ViewforgeError: SHAPE for other than one worth a row, OPTION for an order that names no row, or one twice. Throws
 * ViewforgeError (OPTION) for a count below 1 or a weight outside [0, 1].
 */
export function createRowImportance({ count, weights }: MemoryOptions): Accumulator<RankedMemory, ImportanceSums, RowImportance> {
  if (!(Number.isInteger(count) && count > 0)) {
    throw new ViewforgeError('OPTION', 'row-importance', `expected a count that is a whole number above 0, got ${count}`);
  }
  const wrong = Array.from(weights).find((weight) => !(weight >= 0 && weight <= 1));
  if (wrong !== undefined) throw new ViewforgeError('OPTION', 'row-importance', `expected weights in [0, 1], got ${wrong}`);
  const importance = new Float64Array(weights.length);
  let [utility, queries] = [0, 0];
  return {
    add({ order, worth }) {
      if (worth.length !== weights.length) {
        throw new ViewforgeError('SHAPE', 'row-importance', `expected the worth of ${weights.length} rows, got ${worth.length}`);
      }
      checkOrder(order, weights.length);
      utility += addQuery(
        importance,
        Array.from(order, (row) => ({ row, weight: weights[row]!, worth: worth[row]! / count })),
        count,
      );
      queries++;
    },
    merge(other) {
      const more = other.state();
      utility += more.utility;
      queries += more.queries;
      for (let row = 0; row < importance.length; row++) importance[row]! += more.importance[row]!;
    },
    state: () => ({ utility, importance, queries }),
    result: () => ({
      utility: utility / queries,
      importance: importance.map((sum) => sum / queries),
      n: queries,
      notes: queries === 0 ? ['importance needs a query'] : [],
    }),
  };
}

/** What a memory and its rows are worth to some queries. */
export function rowImportanceOf(queries: readonly RankedMemory[], options: MemoryOptions): RowImportance {
  const importance = createRowImportance(options);
  for (const query of queries) importance.add(query);
  return importance.result();
}

/**
 * For each query [n, d], the rows of a memory [m, d] by cosine, most similar first; ties in the order of the rows. It holds n m
 * numbers: of many queries give a few at a time.
 */
export function rankedRows(queries: Features, memory: Features): Int32Array[] {
  const [a, b] = [unitRowsOf(queries).rows, unitRowsOf(memory).rows];
  const [m, d] = memory.shape as [number, number];
  return Array.from({ length: queries.shape[0]! }, (_, query) => {
    const scores = Float64Array.from({ length: m }, (_row, row) => dotRows(values(a), query, values(b), row, d));
    return Int32Array.from(topK(scores, m));
  });
}

function checkOrder(order: ArrayLike<number>, n: number): void {
  const seen = new Uint8Array(n);
  for (let place = 0; place < order.length; place++) {
    const row = order[place]!;
    if (seen[row] !== 0) throw new ViewforgeError('OPTION', 'row-importance', `expected rows of ${n}, each once, got ${row}`);
    seen[row] = 1;
  }
}

interface Entry {
  readonly row: number;
  readonly weight: number;
  /** Divided by K. */
  readonly worth: number;
}

/** In place: `importance` gains each row's for one query, whose utility is returned. */
function addQuery(importance: Float64Array, entries: readonly Entry[], count: number): number {
  // ahead[j * K + m]: probability that m rows before entry j are in the memory, for m < K
  const ahead = new Float64Array((entries.length + 1) * count);
  ahead[0] = 1;
  let utility = 0;
  entries.forEach(({ weight, worth }, j) => {
    const at = j * count;
    for (let m = 0; m < count; m++) {
      utility += weight * worth * ahead[at + m]!;
      ahead[at + count + m] = ahead[at + m]! * (1 - weight) + (m === 0 ? 0 : ahead[at + m - 1]! * weight);
    }
  });
  // after[m]: what entries behind j yield when m rows up to and with j are in the memory; nothing for m = K
  const after = new Float64Array(count + 1);
  for (let j = entries.length - 1; j >= 0; j--) {
    const { row, weight, worth } = entries[j]!;
    for (let m = 0; m < count; m++) {
      const gain = worth + after[m + 1]! - after[m]!;
      importance[row]! += ahead[j * count + m]! * gain;
      after[m]! += weight * gain;
    }
  }
  return utility;
}
