import type { Planes } from '../planes.ts';
import { clampLane } from './lanes.ts';
import { normalizePlaneTwin } from './normalize.ts';

const { fround } = Math;

/** Right half of the kernel, positions along both bordered axes, and mean and inverse deviation of every plane. */
export interface BlurTables {
  readonly weights: Float32Array;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly factors: Float32Array;
}

/**
 * The twin of the kernel `blurPlanes`: columns first, into one row with its border, then the row. `weights` starts with the center;
 * both neighbors at a distance are added before they are weighted. Sums are clamped to [0, 1], and planes normalized in the end. Index -1 of `rows` and `columns` stands for zeros.
 */
export function blurPlanesTwin(
  from: Float32Array,
  { count, height, width }: Planes,
  { weights, rows, columns, factors }: BlurTables,
  to: Float32Array,
): void {
  const radius = weights.length - 1;
  const line = new Float32Array(width);
  const bordered = new Float32Array(width + 2 * radius);
  const zeros = new Float32Array(width);
  for (let plane = 0; plane < count; plane++) {
    const source = Array.from(rows, (row) => (row < 0 ? zeros : from.subarray((plane * height + row) * width)));
    for (let y = 0; y < height; y++) {
      const center = y + radius;
      for (let x = 0; x < width; x++) {
        let sum = fround(weights[0]! * source[center]![x]!);
        for (let k = 1; k <= radius; k++) {
          sum = fround(sum + fround(weights[k]! * fround(source[center - k]![x]! + source[center + k]![x]!)));
        }
        line[x] = sum;
      }
      for (let i = 0; i < bordered.length; i++) bordered[i] = columns[i]! < 0 ? 0 : line[columns[i]!]!;
      weighRow(bordered, weights, to, (plane * height + y) * width, width);
    }
    const blurred = to.subarray(plane * height * width, (plane + 1) * height * width);
    normalizePlaneTwin(blurred, factors[2 * plane]!, factors[2 * plane + 1]!, blurred);
  }
}

function weighRow(row: Float32Array, weights: Float32Array, to: Float32Array, at: number, width: number): void {
  const radius = weights.length - 1;
  for (let x = 0; x < width; x++) {
    const center = x + radius;
    let sum = fround(weights[0]! * row[center]!);
    for (let k = 1; k <= radius; k++) sum = fround(sum + fround(weights[k]! * fround(row[center - k]! + row[center + k]!)));
    to[at + x] = clampLane(sum, 0, 1);
  }
}
