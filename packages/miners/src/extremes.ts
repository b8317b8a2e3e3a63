/** The column with the smallest value, of equal ones the first; undefined where there is none. Columns ascend. */
export function nearest(columns: readonly number[], values: ArrayLike<number>): number | undefined {
  let found: number | undefined;
  for (const column of columns) if (found === undefined || values[column]! < values[found]!) found = column;
  return found;
}

/** The column with the largest value, of equal ones the first; undefined where there is none. Columns ascend. */
export function farthest(columns: readonly number[], values: ArrayLike<number>): number | undefined {
  let found: number | undefined;
  for (const column of columns) if (found === undefined || values[column]! > values[found]!) found = column;
  return found;
}
