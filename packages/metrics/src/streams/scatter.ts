import { type Features, values } from '@viewforge/tensor';
import { checkWidth, isMeasurable } from '../rows.ts';
import type { Accumulator } from './accumulator.ts';

/** Where rows lie and how they spread. */
export interface Scatter {
  /** Rows that count. */
  readonly n: number;
  /** [d] */
  readonly mean: Float64Array;
  /** [d, d]; sum over rows of the products of their distances from the mean; divide by n or n - 1 for the covariance. */
  readonly scatter: Float64Array;
  /** Rows that held NaN, an infinity or a number beyond 1e70 and were left out. */
  readonly broken: number;
}

/**
 * An accumulator of features [n, d] in float64. It holds one [d, d] array whatever the number of rows. `add` throws
 * ViewforgeError (SHAPE) for features of another width.
 */
export function createScatter(d: number): Accumulator<Features, Scatter, Scatter> {
  const [mean, scatter] = [new Float64Array(d), new Float64Array(d * d)];
  let [n, broken] = [0, 0];
  const distance = new Float64Array(d);
  /** Rows that lie `distance` from the mean: as many as `count`, after which there are n. */
  const move = (count: number): void => {
    const before = n;
    n += count;
    addProducts(scatter, distance, (before * count) / n);
    for (let i = 0; i < d; i++) mean[i]! += (distance[i]! * count) / n;
  };
  return {
    add(rows) {
      checkWidth('scatter', rows, d);
      const data = values(rows);
      for (let from = 0; from < data.length; from += d) {
        let allFinite = true;
        for (let i = 0; i < d; i++) {
          distance[i] = data[from + i]! - mean[i]!;
          allFinite &&= isMeasurable(data[from + i]!);
        }
        if (allFinite) move(1);
        else broken++;
      }
    },
    merge(other) {
      const more = other.state();
      broken += more.broken;
      if (more.n === 0) return;
      for (let i = 0; i < d; i++) distance[i] = more.mean[i]! - mean[i]!;
      for (let i = 0; i < d * d; i++) scatter[i]! += more.scatter[i]!;
      move(more.n);
    },
    state: () => ({ n, mean, scatter, broken }),
    result: () => ({ n, mean: mean.slice(), scatter: scatter.slice(), broken }),
  };
}

/** The scatter of all rows of x [n, d]. */
export function scatterOf(x: Features): Scatter {
  const all = createScatter(x.shape[1]!);
  all.add(x);
  return all.state();
}

/** In place: matrix [d, d] gains factor * (row of d) (row of d)^T. */
function addProducts(matrix: Float64Array, row: Float64Array, factor: number): void {
  const d = row.length;
  for (let i = 0, at = 0; i < d; i++) {
    const scaled = factor * row[i]!;
    for (let j = 0; j < d; j++, at++) matrix[at]! += scaled * row[j]!;
  }
}
