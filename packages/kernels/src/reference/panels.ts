import type { FloatRows } from '../panels.ts';

/** The twin of the kernel `squareSums`. */
export function squareSumsTwin({ data, at, n, d }: FloatRows, to: Float64Array): void {
  const whole = d & ~3;
  for (let row = 0; row < n; row++) {
    const from = at + row * d;
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let i = from; i < from + whole; i += 4) {
      first += data[i]! * data[i]!;
      second += data[i + 1]! * data[i + 1]!;
      third += data[i + 2]! * data[i + 2]!;
      fourth += data[i + 3]! * data[i + 3]!;
    }
    let sum = first + third + (second + fourth);
    for (let i = from + whole; i < from + d; i++) sum += data[i]! * data[i]!;
    to[row] = sum;
  }
}

/** The twin of the kernel `packScaled`. */
export function packScaledTwin({ data, at, n, d }: FloatRows, factors: Float64Array, to: Float32Array): void {
  for (let row = 0; row < 8 * Math.ceil(n / 8); row++) {
    const panel = (row >> 3) * 8 * d + (row & 7);
    for (let k = 0; k < d; k++) to[panel + 8 * k] = data[at + row * d + k]! * factors[row]!;
  }
}
