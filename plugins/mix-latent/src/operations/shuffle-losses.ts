import { ViewforgeError } from '@viewforge/core';
import { type Features, logSumExp, type Tensor, values } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import { checkLabels } from '../classes/class-rows.ts';

/** What a part of a system that separates identity from the rest is told to learn: a value, and its gradient by input. */
export interface PartLoss {
  readonly value: number;
  readonly gradients: Readonly<Record<string, Tensor>>;
}

/**
 * Of the encoder of the rest: alpha KL(uniform | softmax(logits)) + mean squared error. `logits` [n, k] are those of a classifier of
 * identities that sees the rest alone, so they should tell nothing; `rebuilt` and `original` have one shape (error SHAPE). No gradient
 * flows to `original`.
 */
export function nuisanceLoss(logits: Features, rebuilt: Tensor, original: Tensor, alpha = 10): PartLoss {
  const [n, k] = logits.shape as [number, number];
  const from = values(logits);
  const slopes = new Float64Array(n * k);
  let divergence = 0;
  for (let i = 0; i < n; i++) {
    const total = logSumExp(from, i * k, i * k + k);
    for (let j = i * k; j < i * k + k; j++) {
      divergence -= (Math.log(k) + from[j]! - total) / (n * k);
      slopes[j] = (alpha * (Math.exp(from[j]! - total) - 1 / k)) / n;
    }
  }
  const { value, slopes: rebuiltSlopes } = squaredError(rebuilt, original, 1);
  return {
    value: alpha * divergence + value,
    gradients: { logits: asType(slopes, logits), rebuilt: asType(rebuiltSlopes, rebuilt) },
  };
}

/**
 * Of the decoder: the mean squared error of samples plus beta times that of their features. No gradient flows to the originals. Throws
 * ViewforgeError (SHAPE) where shapes differ.
 */
export function decoderLoss(
  samples: { readonly rebuilt: Tensor; readonly original: Tensor },
  codes: { readonly rebuilt: Tensor; readonly original: Tensor },
  beta = 10,
): PartLoss {
  const ofSamples = squaredError(samples.rebuilt, samples.original, 1);
  const ofCodes = squaredError(codes.rebuilt, codes.original, beta);
  return {
    value: ofSamples.value + ofCodes.value,
    gradients: { samples: asType(ofSamples.slopes, samples.rebuilt), codes: asType(ofCodes.slopes, codes.rebuilt) },
  };
}

/**
 * Of the classifier: (1 - share) CE(plain, labels) + share CE(shuffled, labels), both logits [n, k], the labels of shuffled ones being those
 * of who gave the identity. Means over n, in nats. Throws ViewforgeError: SHAPE for another number of labels, LABEL for one that is none of k classes.
 */
export function shuffledClassifierLoss(plain: Features, shuffled: Features, labels: Int32Array, share = 0.5): PartLoss {
  const [own, other] = [crossEntropy(plain, labels, 1 - share), crossEntropy(shuffled, labels, share)];
  return {
    value: own.value + other.value,
    gradients: { plain: asType(own.slopes, plain), shuffled: asType(other.slopes, shuffled) },
  };
}

interface Slopes {
  readonly value: number;
  readonly slopes: Float64Array;
}

function squaredError(rebuilt: Tensor, original: Tensor, weight: number): Slopes {
  const [a, b] = [values(rebuilt), values(original)];
  if (`${rebuilt.shape}` !== `${original.shape}`) {
    const message = `expected what was rebuilt as [${original.shape}], got [${rebuilt.shape}]`;
    throw new ViewforgeError('SHAPE', 'shuffle-losses', message);
  }
  const count = Math.max(1, a.length);
  let value = 0;
  const slopes = Float64Array.from(a, (each, e) => {
    const difference = each - b[e]!;
    value += (weight * difference * difference) / count;
    return (2 * weight * difference) / count;
  });
  return { value, slopes };
}

function crossEntropy(logits: Features, labels: Int32Array, weight: number): Slopes {
  const [n, k] = logits.shape as [number, number];
  checkLabels(labels, n, k, 'shuffle-losses');
  const from = values(logits);
  const slopes = new Float64Array(n * k);
  let value = 0;
  for (let i = 0; i < n; i++) {
    const total = logSumExp(from, i * k, i * k + k);
    value -= (weight * (from[i * k + labels[i]!]! - total)) / n;
    for (let j = 0; j < k; j++) slopes[i * k + j] = (weight * (Math.exp(from[i * k + j]! - total) - Number(j === labels[i]))) / n;
  }
  return { value, slopes };
}
