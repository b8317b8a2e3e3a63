import { logGamma } from './log-gamma.ts';

/** A similarity of two rows. */
export interface Similar {
  /** ln of the similarity. */
  readonly logarithm: number;
  /** d(logarithm) / d(squared distance), below 0. */
  readonly slope: number;
}

/** Makes a squared distance a similarity. */
export type Kernel = (squared: number) => Similar;

/** The density of Student's t with `freedom` > 0 degrees of freedom at the distance. */
export function studentKernel(freedom: number): Kernel {
  const half = (freedom + 1) / 2;
  const constant = logRatio(freedom / 2) - 0.5 * (Math.log(freedom) + Math.log(Math.PI));
  return (squared) => ({
    logarithm: constant - half * Math.log1p(squared / freedom),
    slope: -half / (freedom + squared),
  });
}

/** ln(gamma(x + 1 / 2) / gamma(x)); for a large x by its series, since both logarithms are far larger than their difference. */
function logRatio(x: number): number {
  if (x < 100) return logGamma(x + 0.5) - logGamma(x);
  return 0.5 * Math.log(x) - 1 / (8 * x) + 1 / (192 * x * x * x); // the next term is below 2e-13
}

/** The density of the normal distribution at the distance: the limit of Student's for many degrees of freedom. */
export function gaussianKernel(squared: number): Similar {
  return { logarithm: -0.5 * Math.log(2 * Math.PI) - squared / 2, slope: -0.5 };
}
