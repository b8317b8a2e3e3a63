import { type ContrastBatch, eachWeight } from '@viewforge/core';
import { values } from '@viewforge/tensor';

/** The positives of one query. */
export interface Positives {
  /** Ascending, none excluded. */
  readonly columns: readonly number[];
  /** Above 0; they sum to 1. */
  readonly weights: readonly number[];
}

/** Gives the positives of each query: columns of a target above 0 that it may see, weighted relative to their sum. */
export function positivesOf(batch: ContrastBatch): (row: number) => Positives {
  const eachTarget = targetReader(batch);
  const mayNotSee = exclusionOf(batch);
  return (row) => {
    const columns: number[] = [];
    const weights: number[] = [];
    let total = 0;
    eachTarget(row, (column, weight) => {
      if (!(weight > 0) || mayNotSee(row, column)) return;
      columns.push(column);
      weights.push(weight);
      total += weight;
    });
    return { columns, weights: weights.map((weight) => weight / total) };
  };
}

/** The position of a column in columns that ascend; -1 where it is not among them. */
export function findColumn(columns: ArrayLike<number>, column: number, from = 0, to = columns.length): number {
  const at = firstFrom(columns, column, from, to);
  return at < to && columns[at] === column ? at : -1;
}

/** The first position in from .. to whose number is at least `least`, `to` where there is none; numbers ascend. */
function firstFrom(numbers: ArrayLike<number>, least: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Visit = (column: number, weight: number) => void;

function targetReader({ targets }: ContrastBatch): (row: number, visit: Visit) => void {
  if (targets.kind !== 'dense') return (row, visit) => eachWeight(targets, row, visit);
  const columns = targets.values.shape[1]!;
  const dense = values(targets.values);
  return (row, visit) => {
    for (let column = 0; column < columns; column++) visit(column, dense[row * columns + column]!);
  };
}

function exclusionOf({ excluded }: ContrastBatch): (row: number, column: number) => boolean {
  if (excluded.kind === 'none') return () => false;
  if (excluded.kind === 'self') return (row, column) => row === column;
  if (excluded.kind === 'ranges') {
    const { offsets, starts, ends } = excluded;
    return (row, column) => {
      const to = offsets[row + 1]!;
      const e = firstFrom(ends, column + 1, offsets[row]!, to);
      return e < to && starts[e]! <= column;
    };
  }
  const { kind, offsets, columns } = excluded;
  return (row, column) => (findColumn(columns, column, offsets[row]!, offsets[row + 1]!) === -1) === (kind === 'except');
}
