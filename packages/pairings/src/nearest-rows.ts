import { ViewforgeError } from '@viewforge/core';
import { type Features, tensor, unitRows, values, zeros } from '@viewforge/tensor';
import { fillDots } from './dot-products.ts';

/**
 * For each of n rows the row of the blocks [k_b, d], of length 1 each, with the largest cosine; the first in a tie. [n, d], a
 * copy in the element type of `rows`. Throws ViewforgeError (NOT_FINITE) for a row that holds NaN or an infinity.
 */
export function nearestRows(rows: Features, blocks: readonly Features[], where: string): Features {
  const [n, d] = rows.shape as [number, number];
  const unit = unitRows(rows);
  const broken = unit.norms.findIndex((norm) => !Number.isFinite(norm));
  if (broken >= 0) throw new ViewforgeError('NOT_FINITE', where, `expected finite features, got others in row ${broken}`);
  const scores = new Float64Array(blocks.reduce((count, block) => count + block.shape[0]!, 0));
  const found = values(zeros([n, d], rows));
  for (let row = 0; row < n; row++) {
    fillDots(unit.rows, row, blocks, scores);
    let best = 0;
    for (let place = 1; place < scores.length; place++) if (scores[place]! > scores[best]!) best = place;
    found.set(rowAt(blocks, best, d), row * d);
  }
  return tensor(found, [n, d]);
}

function rowAt(blocks: readonly Features[], place: number, d: number): Float32Array | Float64Array {
  let first = 0;
  for (const block of blocks) {
    const at = place - first;
    if (at < block.shape[0]!) return values(block).subarray(at * d, (at + 1) * d);
    first += block.shape[0]!;
  }
  throw new RangeError(`rowAt: expected a place below ${first}, got ${place}`);
}
