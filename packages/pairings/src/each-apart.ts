import { eachExcluded, eachWeight } from '@viewforge/core';
import type { Belonging } from './belonging.ts';
import { createSparseRows } from './sparse-rows.ts';

/**
 * Several comparisons of n queries with n keys in one, so that none sees another's keys: row `c * n + i` is query i of
 * comparison c, whose keys are columns `c * n` .. `c * n + n - 1`. The columns that a row sees are listed: 4 n bytes a row.
 */
export function eachApart(comparisons: readonly Belonging[], n: number): Belonging {
  const rows = comparisons.length * n;
  const targets = createSparseRows(rows);
  const seen = createSparseRows(rows, rows * n);
  const hidden = new Uint8Array(n);
  comparisons.forEach((own, at) => {
    for (let row = 0; row < n; row++) {
      eachWeight(own.targets, row, (column, weight) => targets.add(at * n + column, weight));
      targets.endRow();
      eachExcluded({ excluded: own.excluded, keys: [] }, row, (column) => {
        hidden[column] = 1;
      });
      for (let column = 0; column < n; column++) if (hidden[column] === 0) seen.add(at * n + column, 1);
      seen.endRow();
      hidden.fill(0);
    }
  });
  return { targets: targets.weights(), excluded: seen.except() };
}
