const { fround } = Math;

/** The twin of the kernel `normalizePlane`: (value - mean) * inverse, each step rounded to float32. */
export function normalizePlaneTwin(from: Float32Array, mean: number, inverse: number, to: Float32Array): void {
  for (let i = 0; i < from.length; i++) to[i] = fround(fround(from[i]! - mean) * inverse);
}
