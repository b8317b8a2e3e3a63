// What the vector instructions of the kernels compute, for one lane. Math.max and Math.min differ from them in signed zeros and NaN.

/** The larger of two lanes, the first if they are equal or one is NaN. */
export function largerLane(a: number, b: number): number {
  // biome-ignore lint/complexity/useMathMinMax: a zero keeps its sign, as in the kernel
  return a < b ? b : a;
}

/** The smaller of two lanes, the first if they are equal or one is NaN. */
export function smallerLane(a: number, b: number): number {
  // biome-ignore lint/complexity/useMathMinMax: a zero keeps its sign, as in the kernel
  return b < a ? b : a;
}

/** A lane brought into [low, high]. */
export function clampLane(value: number, low: number, high: number): number {
  return smallerLane(largerLane(value, low), high);
}
