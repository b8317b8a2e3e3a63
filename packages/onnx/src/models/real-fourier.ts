/** A matrix, row-major [rows, columns], in float64. */
export interface Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** The matrix whose element (row, column) is `at(row, column)`. */
export function matrix(rows: number, columns: number, at: (row: number, column: number) => number): Matrix {
  const data = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) data[row * columns + column] = at(row, column);
  return { data, rows, columns };
}

/** The product a b. */
export function product(a: Matrix, b: Matrix): Matrix {
  return matrix(a.rows, b.columns, (row, column) => {
    let sum = 0;
    for (let i = 0; i < a.columns; i++) sum += a.data[row * a.columns + i]! * b.data[i * b.columns + column]!;
    return sum;
  });
}

/** Rows as columns. */
export function transpose(a: Matrix): Matrix {
  return matrix(a.columns, a.rows, (row, column) => a.data[column * a.columns + row]!);
}

/** Frequency, whole periods in [0, size / 2], of each column of the Fourier bases. */
export function frequencies(size: number): readonly number[] {
  return Array.from({ length: size }, (_, column) => Math.ceil(column / 2));
}

/**
 * The orthonormal real Fourier basis of `size` points as columns: constant, then cosine and sine of each frequency,
 * and for an even size the alternating column last.
 */
export function fourierBasis(size: number): Matrix {
  return matrix(size, size, (point, column) => {
    const angle = phase(point, column, size);
    return scale(column, size) * (column % 2 === 1 || column === 0 ? Math.cos(angle) : Math.sin(angle));
  });
}

/**
 * The Hilbert transform of `fourierBasis`, column by column: cosines become sines, sines become negative cosines,
 * and the constant and alternating columns become 0. As a multiplier on e^(ikx) that is -i sign(k).
 */
export function hilbertBasis(size: number): Matrix {
  return matrix(size, size, (point, column) => {
    if (isSingle(column, size)) return 0;
    const angle = phase(point, column, size);
    return scale(column, size) * (column % 2 === 1 ? Math.sin(angle) : -Math.cos(angle));
  });
}

function isSingle(column: number, size: number): boolean {
  return column === 0 || (size % 2 === 0 && column === size - 1);
}

function scale(column: number, size: number): number {
  return Math.sqrt((isSingle(column, size) ? 1 : 2) / size);
}

/** Reduced to one period first, so that large products of point and frequency lose no digits. */
function phase(point: number, column: number, size: number): number {
  return (2 * Math.PI * ((point * Math.ceil(column / 2)) % size)) / size;
}
