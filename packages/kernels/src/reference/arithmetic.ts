import { clampLane } from './lanes.ts';

const { fround } = Math;

/** The twin of the kernel `weightedSum`: each product and the sum rounded to float32. */
export function weightedSumTwin(
  one: Float32Array,
  other: Float32Array,
  [first, second]: readonly [number, number],
  [low, high]: readonly [number, number],
  to: Float32Array,
): void {
  for (let i = 0; i < to.length; i++) to[i] = clampLane(fround(fround(first * one[i]!) + fround(second * other[i]!)), low, high);
}

/** The twin of the kernel `addBelow`. */
export function addBelowTwin(from: Float32Array, amount: number, threshold: number, to: Float32Array): void {
  for (let i = 0; i < to.length; i++) {
    const value = from[i]!;
    to[i] = value < threshold ? clampLane(fround(value + amount), 0, 1) : value;
  }
}
