import type { Exclusion } from '@viewforge/core';
import type { ScoreTile } from '@viewforge/kernels';
import { eachVisible } from './visible-columns.ts';

/** In place: -Infinity where a query must not see a key. Row r of the tile is query `first + r`, its columns count from `column` on. */
export function hideColumns(tile: ScoreTile, excluded: Exclusion, first: number, column: number): void {
  if (excluded.kind === 'none') return;
  const all = { from: column, to: column + tile.length };
  if (excluded.kind === 'self') {
    for (let row = Math.max(first, all.from); row < Math.min(first + tile.rows, all.to); row++) {
      tile.data[tile.at + (row - first) * tile.row + row - column] = Number.NEGATIVE_INFINITY;
    }
    return;
  }
  for (let r = 0; r < tile.rows; r++) {
    const at = tile.at + r * tile.row - column;
    let hidden = all.from;
    eachVisible(excluded, first + r, all, ({ from, to }) => {
      if (from > hidden) tile.data.fill(Number.NEGATIVE_INFINITY, at + hidden, at + from);
      hidden = Math.max(hidden, to);
    });
    if (hidden < all.to) tile.data.fill(Number.NEGATIVE_INFINITY, at + hidden, at + all.to);
  }
}
