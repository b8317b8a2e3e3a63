/** The squared distance of row i of a and row j of b, both row-major [., d], in float64. */
export function squaredDistance(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, d: number): number {
  let sum = 0;
  for (let end = i * d + d, p = i * d, q = j * d; p < end; p++, q++) sum += (a[p]! - b[q]!) ** 2;
  return sum;
}
