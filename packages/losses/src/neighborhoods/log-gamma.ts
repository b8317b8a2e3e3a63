/** Coefficients of Lanczos' approximation with g = 7. */
const coefficients = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln of the gamma function for x > 0, by Lanczos' approximation; relative error below 1e-13. */
export function logGamma(x: number): number {
  if (x < 0.5) return logGamma(x + 1) - Math.log(x); // gamma(x + 1) = x gamma(x)
  const shifted = x - 1;
  const base = shifted + 7.5;
  const sum = coefficients.reduce((total, each, i) => total + (i === 0 ? each : each / (shifted + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}
