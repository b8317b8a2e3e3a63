/** Pairs of one anchor: how near or far each is, and how much of a positive. */
export interface LabeledPairs {
  /** Distances or cosines. */
  readonly measures: ArrayLike<number>;
  /** In [0, 1]. */
  readonly labels: ArrayLike<number>;
}

/** Turns the pairs of one anchor into a value. In place: `slopes` gets d(value) / d(measure) of each pair. */
export type PairRule = (pairs: LabeledPairs, slopes: Float64Array) => number;

/** Sum of y d + (1 - y) [margin - d]+ over distances d with labels y; a pair exactly at the margin has no slope as a negative. */
export function contrastiveRule(margin: number): PairRule {
  return ({ measures, labels }, slopes) => {
    let value = 0;
    for (let j = 0; j < measures.length; j++) {
      const [d, y] = [measures[j]!, labels[j]!];
      const lack = Math.max(0, margin - d);
      if (y > 0) value += y * d;
      value += (1 - y) * lack;
      slopes[j] = y - (lack > 0 ? 1 - y : 0);
    }
    return value;
  };
}

/** ln(1 + sum of y e^(-alpha (s - base))) / alpha + ln(1 + sum of (1 - y) e^(beta (s - base))) / beta over cosines s with labels y. */
export function multiSimilarityRule(scales: { readonly alpha: number; readonly beta: number; readonly base: number }): PairRule {
  const { alpha, beta, base } = scales;
  return ({ measures, labels }, slopes) => {
    slopes.fill(0);
    const near = logSum(
      measures,
      (j) => labels[j]!,
      (s) => -alpha * (s - base),
      slopes,
      -1,
    );
    const far = logSum(
      measures,
      (j) => 1 - labels[j]!,
      (s) => beta * (s - base),
      slopes,
      1,
    );
    return near / alpha + far / beta;
  };
}

/** ln(1 + sum of weighted exponentials). In place: adds `sign` times the share of each in 1 + sum. */
function logSum(
  measures: ArrayLike<number>,
  weightOf: (j: number) => number,
  exponent: (measure: number) => number,
  slopes: Float64Array,
  sign: 1 | -1,
): number {
  let largest = 0;
  for (let j = 0; j < measures.length; j++) if (weightOf(j) > 0) largest = Math.max(largest, exponent(measures[j]!));
  let sum = 0;
  for (let j = 0; j < measures.length; j++) if (weightOf(j) > 0) sum += weightOf(j) * Math.exp(exponent(measures[j]!) - largest);
  const total = Math.exp(-largest) + sum;
  for (let j = 0; j < measures.length; j++) {
    if (weightOf(j) > 0) slopes[j] = slopes[j]! + (sign * weightOf(j) * Math.exp(exponent(measures[j]!) - largest)) / total;
  }
  return largest === 0 ? Math.log1p(sum) : largest + Math.log(total);
}
