import { compute } from './compute.ts';
import { type Normalization, normalizingFactors } from './normalize.ts';
import { checkPlanes, type Planes } from './planes.ts';
import { blurPlanesTwin } from './reference/blur.ts';
import { reflectIndex } from './reflect-index.ts';

/** What lies beyond an edge: the image mirrored without repeating the edge itself, zeros, or the edge over and over. */
export type Border = 'reflect' | 'zero' | 'edge';

/**
 * Planes in [0, 1] convolved along both axes with one symmetric kernel, and clamped to [0, 1], so that rounding takes no result out of it. `weights` is its right half: weights[0] belongs to the center,
 * weights[k] to both neighbors at distance k. With a normalization, the bytes are those of `normalizePlanes` of the result. An image smaller than the kernel is reflected as often as needed.
 */
export function blurPlanes(
  from: Float32Array,
  planes: Planes,
  weights: Float32Array,
  border: Border,
  normalization?: Normalization,
): Float32Array {
  checkPlanes('blurPlanes', from, planes);
  if (weights.length === 0) throw new RangeError('blurPlanes: expected at least one weight, got none');
  const radius = weights.length - 1;
  const { count, height, width } = planes;
  const [rows, columns] = [borderTable(height, radius, border), borderTable(width, radius, border)];
  const factors = normalizingFactors('blurPlanes', planes, normalization);
  const lineBytes = (width + 2 * radius + 16) * 4;
  return compute({
    length: from.length,
    needs: [from, weights, rows, columns, new Float32Array(width + 16), rows.byteLength, lineBytes, factors],
    kernel: (
      exports,
      to,
      [at = 0, weightsAt = 0, rowsAt = 0, columnsAt = 0, zeros = 0, addresses = 0, line = 0, factorsAt = 0],
    ) =>
      exports.blurPlanes(at, count, height, width, weightsAt, radius, rowsAt, columnsAt, zeros, addresses, line, factorsAt, to),
    twin: (to) => blurPlanesTwin(from, planes, { weights, rows, columns, factors }, to),
  });
}

/** [length + 2 radius]; which of `length` positions stands at each position of the bordered line, -1 for zeros. */
function borderTable(length: number, radius: number, border: Border): Int32Array {
  const table = new Int32Array(length + 2 * radius);
  for (let i = 0; i < table.length; i++) {
    const position = i - radius;
    if (border === 'reflect') table[i] = reflectIndex(position, length);
    else if (border === 'edge') table[i] = Math.min(length - 1, Math.max(0, position));
    else table[i] = position < 0 || position >= length ? -1 : position;
  }
  return table;
}
