// Products of small matrices, row-major: by the kernels for float32, in plain float64 otherwise, for checks by finite differences.
import { allocate, setProducts, withArena } from '@viewforge/kernels';

/** A matrix [rows, columns] over its numbers. */
export const matrix = (data, rows, columns) => ({ data, rows, columns });

/** [a.rows, b.columns]: a times b. */
export function times(a, b) {
  return product({ left: a, row: a.columns, step: 1, rows: a.rows, depth: a.columns }, b);
}

/** [a.columns, b.columns]: a, transposed, times b. */
export function transposedTimes(a, b) {
  return product({ left: a, row: 1, step: a.columns, rows: a.columns, depth: a.rows }, b);
}

/** [a.rows, b.rows]: a times b, transposed. */
export function timesTransposed(a, b) {
  const turned = b.data.slice();
  for (let i = 0; i < b.rows; i++) for (let j = 0; j < b.columns; j++) turned[j * b.rows + i] = b.data[i * b.columns + j];
  return times(a, matrix(turned, b.columns, b.rows));
}

/** Row r, term k of the left factor stands at r * row + k * step. */
function product({ left, row, step, rows, depth }, right) {
  const columns = right.columns;
  if (left.data instanceof Float64Array || columns % 8 !== 0) return plain({ left, row, step, rows, depth }, right);
  return withArena(() => {
    const [a, b, to] = [copied(left.data), copied(right.data), allocate(rows * columns)];
    const panels = { data: b, at: 0, panel: 8, step: columns, panels: columns / 8 };
    setProducts({ left: { data: a, at: 0, row, step, rows }, right: panels, depth, scale: 1 }, { data: to, at: 0, row: columns });
    return matrix(to.slice(), rows, columns);
  });
}

function plain({ left, row, step, rows, depth }, right) {
  const to = new left.data.constructor(rows * right.columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < depth; k++) {
      const factor = left.data[i * row + k * step];
      for (let j = 0; j < right.columns; j++) to[i * right.columns + j] += factor * right.data[k * right.columns + j];
    }
  }
  return matrix(to, rows, right.columns);
}

function copied(numbers) {
  const floats = allocate(numbers.length);
  floats.set(numbers);
  return floats;
}
