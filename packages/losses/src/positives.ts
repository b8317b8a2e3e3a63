import { type ContrastBatch, eachExcluded, eachWeight } from '@viewforge/core';
import { values } from '@viewforge/tensor';

/** The positives of one query. */
export interface Positives {
  /** None excluded. */
  readonly columns: readonly number[];
  /** Above 0; they sum to 1. */
  readonly weights: readonly number[];
}

/** Gives the positives of each query: columns of a target above 0 that it may see, weighted relative to their sum. */
export function positivesOf(batch: ContrastBatch): (row: number) => Positives {
  const eachTarget = targetReader(batch);
  return (row) => {
    const columns: number[] = [];
    const weights: number[] = [];
    eachTarget(row, (column, weight) => {
      if (!(weight > 0)) return;
      columns.push(column);
      weights.push(weight);
    });
    eachExcluded(batch, row, (column) => {
      const at = columns.indexOf(column);
      if (at === -1) return;
      columns.splice(at, 1);
      weights.splice(at, 1);
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { columns, weights: weights.map((weight) => weight / total) };
  };
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
