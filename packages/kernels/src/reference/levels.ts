import { clampLane } from './lanes.ts';

/** The level of a value: floor(255 v + 0.5) with v clamped to [0, 1], exactly in float64; 0 for NaN. */
export function levelLane(value: number): number {
  return (clampLane(value, 0, 1) * 255 + 0.5) | 0;
}

/** The twin of the kernel `countLevels`: 256 counts of 32 bits. */
export function countLevelsTwin(from: Float32Array, counts: Uint32Array): void {
  counts.fill(0);
  for (let i = 0; i < from.length; i++) counts[levelLane(from[i]!)]!++;
}

/** The twin of the kernel `lookUpLevels`. */
export function lookUpLevelsTwin(from: Float32Array, table: Float32Array, to: Float32Array): void {
  for (let i = 0; i < from.length; i++) to[i] = table[levelLane(from[i]!)]!;
}
