import { eachExcluded, eachWeight } from '@viewforge/core';
import type { Belonging } from './belonging.ts';
import { createRangeRows } from './range-rows.ts';
import { createSparseRows } from './sparse-rows.ts';

/**
 * Several comparisons of n queries with n keys in one, so that none sees another's keys: row `c * n + i` is query i of
 * comparison c, whose keys are columns `c * n` .. `c * n + n - 1`. What a row must not see is kept as ranges: memory grows with
 * the rows and what each comparison excludes, never with rows times columns.
 */
export function eachApart(comparisons: readonly Belonging[], n: number): Belonging {
  const rows = comparisons.length * n;
  const targets = createSparseRows(rows);
  const hidden = createRangeRows(rows);
  comparisons.forEach((own, at) => {
    const start = at * n;
    for (let row = 0; row < n; row++) {
      eachWeight(own.targets, row, (column, weight) => targets.add(start + column, weight));
      targets.endRow();
      hidden.add(0, start);
      eachExcluded({ excluded: own.excluded, keys: [] }, row, (column) => hidden.add(start + column, start + column + 1));
      hidden.add(start + n, rows);
      hidden.endRow();
    }
  });
  return { targets: targets.weights(), excluded: hidden.exclusion() };
}
