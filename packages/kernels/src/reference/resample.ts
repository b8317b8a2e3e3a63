import { type PlaneGroup, type Planes, planeGroups } from '../planes.ts';
import type { ResampleTables } from '../resample.ts';
import { clampLane } from './lanes.ts';

const { fround } = Math;

/** The twin of the kernel `resamplePlanes`: columns first, into one interleaved row of floats, then rows; three planes at a time. */
export function resamplePlanesTwin(from: Float32Array, planes: Planes, tables: ResampleTables, to: Float32Array): void {
  for (const group of planeGroups(planes.count)) resampleGroup(from, planes, group, tables, to);
}

function resampleGroup(
  from: Float32Array,
  { height, width }: Planes,
  group: PlaneGroup,
  tables: ResampleTables,
  to: Float32Array,
): void {
  const { taps, starts, weights, count } = tables.vertical;
  const row = new Float32Array(width * 3);
  for (let y = 0; y < count; y++) {
    for (let c = 0; c < 3; c++) {
      const first = ((group.first + c * group.step) * height + starts[y]!) * width;
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = 0; k < taps; k++) sum = fround(sum + fround(weights[y * taps + k]! * from[first + k * width + x]!));
        row[x * 3 + c] = sum;
      }
    }
    writeRow(row, y, group, tables, to);
  }
}

function writeRow(row: Float32Array, y: number, group: PlaneGroup, tables: ResampleTables, to: Float32Array): void {
  const { vertical, low, high } = tables;
  const { count, taps, starts, weights } = tables.horizontal;
  for (let c = 0; c < 3; c++) {
    const line = ((group.first + c * group.step) * vertical.count + y) * count;
    for (let x = 0; x < count; x++) {
      const first = starts[x]! * 3 + c;
      let sum = 0;
      for (let k = 0; k < taps; k++) sum = fround(sum + fround(weights[x * taps + k]! * row[first + k * 3]!));
      to[line + x] = clampLane(sum, low, high);
    }
  }
}
