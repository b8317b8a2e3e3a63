import { compute } from './compute.ts';
import { checkPlanes, type Planes } from './planes.ts';
import { normalizePlaneTwin } from './reference/normalize.ts';

/** (v - mean) / deviation, with one mean and one deviation (not 0) a plane, in the units of the values. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Planes with (value - mean) / deviation; multiplied by the reciprocal, in float32. */
export function normalizePlanes(from: Float32Array, planes: Planes, normalization: Normalization): Float32Array {
  checkPlanes('normalizePlanes', from, planes);
  const factors = normalizingFactors('normalizePlanes', planes, normalization);
  const size = planes.height * planes.width;
  const starts = Array.from({ length: planes.count }, (_, plane) => plane * size);
  return compute({
    length: from.length,
    needs: [from],
    kernel: (exports, to, [at = 0]) => {
      for (const [plane, start] of starts.entries()) {
        exports.normalizePlane(at + start * 4, size, factors[2 * plane]!, factors[2 * plane + 1]!, to + start * 4);
      }
    },
    twin: (to) => {
      for (const [plane, start] of starts.entries()) {
        const [source, target] = [from.subarray(start, start + size), to.subarray(start, start + size)];
        normalizePlaneTwin(source, factors[2 * plane]!, factors[2 * plane + 1]!, target);
      }
    },
  });
}

/** Mean and 1 / deviation of each plane, side by side; 0 and 1 without a normalization. Throws RangeError when they do not fit the planes. */
export function normalizingFactors(where: string, { count }: Planes, normalization: Normalization | undefined): Float32Array {
  const factors = new Float32Array(2 * count).map((_, i) => i % 2);
  if (normalization === undefined) return factors;
  const { mean, deviation } = normalization;
  if (mean.length !== count || deviation.length !== count || deviation.includes(0)) {
    throw new RangeError(`${where}: expected ${count} means and deviations other than 0, got [${mean}] and [${deviation}]`);
  }
  return factors.map((_, i) => (i % 2 === 0 ? mean[i >> 1]! : 1 / deviation[i >> 1]!));
}
