import { clampLane } from './lanes.ts';

const { fround } = Math;
const rounder = 12582912;

/** Rounded to a whole number, halves up. */
export function whole(value: number): number {
  return Math.floor(fround(value + 0.5));
}

/** The twin of the kernel `degradeBlocks`. In place: every 8 x 8 block transformed, rounded to its steps and transformed back. */
export function degradeBlocksTwin(
  plane: Float32Array,
  rows: number,
  columns: number,
  cosines: Float32Array,
  steps: Float32Array,
): void {
  const [forward, turned] = [cosines.subarray(0, 64), cosines.subarray(64)];
  for (let y = 0; y < rows; y += 8) {
    for (let x = 0; x < columns; x += 8) {
      const place = (k: number) => (y + (k >> 3)) * columns + x + (k & 7);
      const block = Float32Array.from({ length: 64 }, (_, k) => plane[place(k)]!);
      const spectrum = multiply(multiply(forward, block), turned).map((value, k) => {
        const count = fround(fround(fround(value / steps[k]!) + rounder) - rounder);
        return count * steps[k]!;
      });
      const back = multiply(multiply(turned, spectrum), forward);
      for (let k = 0; k < 64; k++) plane[place(k)] = clampLane(whole(back[k]!), -128, 127);
    }
  }
}

function multiply(left: Float32Array, right: Float32Array): Float32Array {
  return Float32Array.from({ length: 64 }, (_, at) => {
    const [row, column] = [at & ~7, at & 7];
    let sum = fround(left[row]! * right[column]!);
    for (let k = 1; k < 8; k++) sum = fround(sum + fround(left[row + k]! * right[8 * k + column]!));
    return sum;
  });
}
