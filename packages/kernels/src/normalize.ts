import { compute } from './compute.ts';
import { checkPlanes, type Planes } from './planes.ts';
import { normalizePlaneTwin } from './reference/normalize.ts';

/** Planes with (value - mean) / deviation, one mean and one deviation (not 0) a plane; multiplied by the reciprocal, in float32. */
export function normalizePlanes(
  from: Float32Array,
  planes: Planes,
  means: readonly number[],
  deviations: readonly number[],
): Float32Array {
  checkPlanes('normalizePlanes', from, planes);
  if (means.length !== planes.count || deviations.length !== planes.count || deviations.includes(0)) {
    throw new RangeError(
      `normalizePlanes: expected ${planes.count} means and deviations other than 0, got [${means}] and [${deviations}]`,
    );
  }
  const size = planes.height * planes.width;
  const factors = means.map((mean, plane) => [plane * size, Math.fround(mean), Math.fround(1 / deviations[plane]!)] as const);
  return compute({
    length: from.length,
    needs: [from],
    kernel: (exports, to, [at = 0]) => {
      for (const [start, mean, inverse] of factors) exports.normalizePlane(at + start * 4, size, mean, inverse, to + start * 4);
    },
    twin: (to) => {
      for (const [start, mean, inverse] of factors) {
        normalizePlaneTwin(from.subarray(start, start + size), mean, inverse, to.subarray(start, start + size));
      }
    },
  });
}
