import { type ContrastBatch, eachExcluded, eachWeight, type Exclusion } from '@viewforge/core';
import { withHidden } from '@viewforge/miners';

/** What a query must not see of a batch, and its positives as well: the columns with a target above 0. */
export function exceptNegatives(batch: ContrastBatch): Exclusion {
  const { targets, excluded, queries } = batch;
  if (targets.kind === 'identity' && (excluded.kind === 'none' || excluded.kind === 'self')) return { kind: 'self' };
  const n = queries.shape[0]!;
  return withHidden(
    batch,
    Array.from({ length: n }, (_, row) => visiblePositives(batch, row)),
  );
}

function visiblePositives(batch: ContrastBatch, row: number): readonly number[] {
  const found = new Set<number>();
  eachWeight(batch.targets, row, (column, weight) => {
    if (weight > 0) found.add(column);
  });
  // an excluded column has target 0: only a batch that breaks this rule would name one twice
  if (batch.excluded.kind !== 'ranges' && batch.excluded.kind !== 'except')
    eachExcluded(batch, row, (column) => found.delete(column));
  return [...found];
}
