/**
 * ln(e^floor + the sum of e^x over `exponents`); -Infinity of nothing. In place: each exponent becomes its share in the sum,
 * which is the derivative with respect to it. A floor of 0 makes it ln(1 + sum), which keeps its digits where the sum is small.
 */
export function logSum(exponents: Float64Array, floor = Number.NEGATIVE_INFINITY): number {
  const largest = exponents.reduce((most, x) => Math.max(most, x), floor);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  const top = floor === largest ? -1 : exponents.indexOf(largest);
  let others = top === -1 ? 0 : Math.exp(floor - largest);
  for (let j = 0; j < exponents.length; j++) {
    const exponential = Math.exp(exponents[j]! - largest);
    if (j !== top) others += exponential;
    exponents[j] = exponential;
  }
  for (let j = 0; j < exponents.length; j++) exponents[j] = exponents[j]! / (1 + others);
  return largest + Math.log1p(others);
}
