import type { Exclusion, Weights } from '@viewforge/core';

/** Sparse rows that are written one after the other, into typed arrays that grow: 4 or 8 bytes an entry. */
export interface SparseRows {
  /** Columns of one row must come in ascending order. */
  add(column: number, weight: number): void;
  /** Ends the row; as many rows as there were calls. */
  endRow(): void;
  /** The columns as positives with their weights. */
  weights(): Weights;
  /** The columns as what a row must not see; 'none' where there are none. */
  exclusion(): Exclusion;
  /** The columns as the only ones that a row may see. */
  except(): Exclusion;
}

/** A writer of `rows` sparse rows, with room for `expected` entries before it has to grow. */
export function createSparseRows(rows: number, expected = rows): SparseRows {
  const offsets = new Int32Array(rows + 1);
  let columns = new Int32Array(Math.max(16, expected));
  let weights = new Float32Array(columns.length);
  let [row, count] = [0, 0];
  const grow = (): void => {
    const [before, length] = [{ columns, weights }, 2 * count];
    columns = new Int32Array(length);
    columns.set(before.columns);
    weights = new Float32Array(length);
    weights.set(before.weights);
  };
  return {
    add(column, weight) {
      if (count === columns.length) grow();
      columns[count] = column;
      weights[count++] = weight;
    },
    endRow() {
      offsets[++row] = count;
    },
    weights: () => ({ kind: 'sparse', offsets, columns: columns.slice(0, count), values: weights.slice(0, count) }),
    exclusion: () => (count === 0 ? { kind: 'none' } : { kind: 'sparse', offsets, columns: columns.slice(0, count) }),
    except: () => ({ kind: 'except', offsets, columns: columns.slice(0, count) }),
  };
}
