/**
 * What is made for one query: row r is b + w (a - b) for rows a and b, brought to length 1. A place p >= 0 is the query's hardest negative
 * of rank p; place -1 is the query itself, and -2, -3, ... further rows of its own.
 */
export interface Mixtures {
  /** [s]; places of a and b. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** [s]; w, how much of a there is; beyond 1 it leads away from b. */
  readonly weights: Float32Array | Float64Array;
}

/** How synthetic negatives of all queries are made of their hardest negatives. */
export interface Synthesis {
  /** N, the most of the hardest negatives of a query that are used, whole, >= 1. */
  readonly count: number;
  /** s, rows that are made for each query. */
  readonly total: number;
  /** Rows of a query's own besides itself that its mixtures may use; none when left out. */
  readonly further?: {
    readonly count: number;
    /** In place: fills [count, d] from `at` on, for the query whose row of length 1 is `unit` [d]. */
    fill(query: number, unit: Float32Array | Float64Array, to: Float32Array | Float64Array, at: number): void;
  };
  /** The mixtures of a query with `available` hardest negatives, at least one and at most N. Called once for each query. */
  mixtures(query: number, available: number): Mixtures;
}

/** Rows of a query's own that its mixtures may use: itself and the further ones. */
export function ownCount({ further }: Synthesis): number {
  return 1 + (further?.count ?? 0);
}
