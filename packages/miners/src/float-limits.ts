import type { SearchLimits } from './search.ts';

/** In place: sets the limits of lists, [n, 2], those of queries from `first` on: scores above the first number and up to the second are within. */
export function setLimits(to: Float32Array, limits: SearchLimits | undefined, first: number): void {
  for (let row = 0; 2 * row < to.length; row++) {
    const [lowest, highest] = [limits?.lowest?.[first + row], limits?.highest?.[first + row]];
    if (lowest !== undefined) to[2 * row] = below(lowest);
    if (highest !== undefined) to[2 * row + 1] = upTo(highest);
  }
}

/** The largest float32 that is less than a number. */
function below(value: number): number {
  const rounded = Math.fround(value);
  return rounded < value ? rounded : stepDown(rounded);
}

/** The largest float32 that is not more than a number. */
function upTo(value: number): number {
  const rounded = Math.fround(value);
  return rounded <= value ? rounded : stepDown(rounded);
}

const numbers = new Float32Array(1);
const bits = new Int32Array(numbers.buffer);

/** The next float32 below a number; NaN and -Infinity stay. */
function stepDown(value: number): number {
  if (Number.isNaN(value) || value === Number.NEGATIVE_INFINITY) return value;
  numbers[0] = value;
  if (value === 0) bits[0] = 0x80000001 | 0;
  else bits[0] = bits[0]! + (value > 0 ? -1 : 1);
  return numbers[0]!;
}
