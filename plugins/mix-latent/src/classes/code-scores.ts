import { ViewforgeError } from '@viewforge/core';
import { type Features, tensor } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import { checkFinite, gradientBlock, rowBlock, squaredDistance } from './class-rows.ts';

/** How near rows are to codes. */
export interface CodeScores {
  /** [n, m] in float64, <= 0: scores before a softmax. */
  readonly scores: Features;
  /** From the gradient [n, m] of the scores to those of both, in the element type of each. Throws ViewforgeError (SHAPE). */
  pullback(gradient: Features): { readonly rows: Features; readonly codes: Features };
}

/**
 * Minus the squared distances of rows [n, d] and codes [m, d], over the temperature: the scores by which NAPA-VQ classifies, for any cross
 * entropy. Reference: https://arxiv.org/abs/2308.09297
 *
 * Throws ViewforgeError: SHAPE for codes of another width, OPTION for a temperature that is not above 0, NOT_FINITE for NaN or an infinity.
 */
export function codeScores(rows: Features, codes: Features, temperature = 0.1): CodeScores {
  const where = 'code-scores';
  if (!(temperature > 0)) throw new ViewforgeError('OPTION', where, `expected a temperature above 0, got ${temperature}`);
  const left = rowBlock(rows, where, 'rows');
  const right = rowBlock(codes, where, 'codes', left.d);
  checkFinite(left, where, 'rows');
  checkFinite(right, where, 'codes');
  const { n, d } = left;
  const m = right.n;
  const scores = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) scores[i * m + j] = -squaredDistance(left, i, right, j) / temperature;
  return {
    scores: tensor(scores, [n, m]),
    pullback(gradient) {
      const slopes = gradientBlock(gradient, n, m, where);
      const [toRows, toCodes] = [new Float64Array(n * d), new Float64Array(m * d)];
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) {
          const share = (-2 * slopes[i * m + j]!) / temperature;
          for (let e = 0; e < d; e++) {
            const slope = share * (left.data[i * d + e]! - right.data[j * d + e]!);
            toRows[i * d + e] = toRows[i * d + e]! + slope;
            toCodes[j * d + e] = toCodes[j * d + e]! - slope;
          }
        }
      }
      return { rows: asType(toRows, rows), codes: asType(toCodes, codes) };
    },
  };
}
