import { ViewforgeError } from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';
import { unitGradient, unitRowsOf } from './unit-gradient.ts';

/** How near rows are to prototypes. */
export interface PrototypeScores {
  /** [n, k], float64, in [-1, 1]. */
  readonly scores: Features;
  /** From the gradient [n, k] of the scores to those of both, [n, d] and [k, d], before normalization, in the element type of each. */
  pullback(gradient: Features): { readonly features: Features; readonly prototypes: Features };
}

/**
 * Cosines of n rows and k prototypes: the scores of a DistributionBatch, such as that of MSN, and what `sinkhorn` takes. Both are brought
 * to length 1; a row of length <= 1e-12 scores 0 everywhere and has no gradient.
 *
 * Throws ViewforgeError: SHAPE for rows of different widths, NOT_FINITE for rows that hold NaN or an infinity.
 */
export function prototypeScores(features: Features, prototypes: Features): PrototypeScores {
  const where = 'prototype-scores';
  const [n, d] = features.shape as [number, number];
  const [k, width] = prototypes.shape as [number, number];
  if (d !== width) throw new ViewforgeError('SHAPE', where, `expected prototypes of [k, ${d}], got [${prototypes.shape}]`);
  const [left, right] = [unitRowsOf(features, where, 'features'), unitRowsOf(prototypes, where, 'prototypes')];
  const [u, w] = [values(left.rows), values(right.rows)];
  const scores = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let e = 0; e < d; e++) sum += u[i * d + e]! * w[j * d + e]!;
      scores[i * k + j] = sum;
    }
  }
  return {
    scores: tensor(scores, [n, k]),
    pullback(gradient) {
      const slopes = values(gradient);
      const [toFeatures, toPrototypes] = [new Float64Array(n * d), new Float64Array(k * d)];
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < k; j++) {
          const slope = slopes[i * k + j]!;
          for (let e = 0; e < d; e++) {
            toFeatures[i * d + e] = toFeatures[i * d + e]! + slope * w[j * d + e]!;
            toPrototypes[j * d + e] = toPrototypes[j * d + e]! + slope * u[i * d + e]!;
          }
        }
      }
      return { features: unitGradient(left, toFeatures, features), prototypes: unitGradient(right, toPrototypes, prototypes) };
    },
  };
}
