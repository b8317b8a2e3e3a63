/**
 * To which place each of `n` things goes when every place takes one and the total cost is least (Hungarian method, n^3 steps).
 * `costs` [n, n] hold thing i at place j at i * n + j. Deterministic; one of the best where there are several.
 */
export function assignLeast(costs: Float64Array, n: number): Int32Array {
  // rows and columns count from 1; 0 is nothing
  const rowOf = new Int32Array(n + 1);
  const ofRow = new Float64Array(n + 1);
  const ofColumn = new Float64Array(n + 1);
  for (let row = 1; row <= n; row++) {
    const before = new Int32Array(n + 1);
    let column = searchFree({ costs, n, row, rowOf, ofRow, ofColumn, before });
    for (; column !== 0; column = before[column]!) rowOf[column] = rowOf[before[column]!]!;
  }
  const places = new Int32Array(n);
  for (let column = 1; column <= n; column++) places[rowOf[column]! - 1] = column - 1;
  return places;
}

interface Search {
  readonly costs: Float64Array;
  readonly n: number;
  readonly row: number;
  /** Row that each column has, 0 for none. */
  readonly rowOf: Int32Array;
  /** Potentials; the cost of a row at a column is never below their sum. */
  readonly ofRow: Float64Array;
  readonly ofColumn: Float64Array;
  /** The column before each on the shortest path. */
  readonly before: Int32Array;
}

/** In place: moves the potentials until the shortest path from a new row reaches a free column, which it returns. */
function searchFree({ costs, n, row, rowOf, ofRow, ofColumn, before }: Search): number {
  const slack = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  const isDone = new Uint8Array(n + 1);
  rowOf[0] = row;
  let column = 0;
  do {
    isDone[column] = 1;
    const from = rowOf[column]!;
    let [least, next] = [Number.POSITIVE_INFINITY, 0];
    for (let j = 1; j <= n; j++) {
      if (isDone[j] === 1) continue;
      const reduced = costs[(from - 1) * n + j - 1]! - ofRow[from]! - ofColumn[j]!;
      if (reduced < slack[j]!) [slack[j], before[j]] = [reduced, column];
      if (slack[j]! < least) [least, next] = [slack[j]!, j];
    }
    for (let j = 0; j <= n; j++) {
      if (isDone[j] === 1) {
        ofRow[rowOf[j]!]! += least;
        ofColumn[j]! -= least;
      } else slack[j]! -= least;
    }
    column = next;
  } while (rowOf[column] !== 0);
  return column;
}
