import { ViewforgeError } from '@viewforge/core';
import { type Features, smallestNorm, type Tensor, tensor, values } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import { checkLabels, rowBlock } from './class-rows.ts';

/** What the loss over covariances found. */
export interface SeparationReport {
  readonly value: number;
  /** By class, of the shape of its covariance; 0 for a covariance of 0. */
  readonly gradients: readonly Tensor[];
}

/**
 * Pulls apart the directions in which classes spread, the more the more alike their predictions are (the feature disentanglement of SF(DA)²):
 * -1/2 * sum over i != j of (1 - cos(C_i, C_j)) (s_i . s_j), with covariances as long vectors and s_i the mean prediction for the items of
 * class i, `scores` [classes, k]. The paper weighs it by 10. A covariance of 0 has cosine 0 with every other.
 *
 * Gradients: to the covariances, as `gradients`; `pullCovariance` takes them to the rows. Scores are held constant.
 * Reference: https://arxiv.org/abs/2403.10834
 *
 * Throws ViewforgeError (SHAPE) for covariances of different shapes or scores of another number.
 */
export function covarianceSeparation(covariances: readonly Tensor[], scores: Features): SeparationReport {
  const where = 'covariance-separation';
  const { data: given, n, d: k } = rowBlock(scores, where, 'scores');
  if (n !== covariances.length) {
    throw new ViewforgeError(
      'SHAPE',
      where,
      `expected scores of [${covariances.length}, k], one row a class, got [${scores.shape}]`,
    );
  }
  const units = covariances.map((covariance, label) => unitOf(covariance, covariances[0]!, label, where));
  const gradients = units.map(({ unit }) => new Float64Array(unit.length));
  let value = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      let alike = 0;
      for (let c = 0; c < k; c++) alike += given[i * k + c]! * given[j * k + c]!;
      const [own, other] = [units[i]!, units[j]!];
      const cosine = own.unit.reduce((sum, each, e) => sum + each * other.unit[e]!, 0);
      value -= ((1 - cosine) * alike) / 2;
      if (own.length === 0) continue;
      const into = gradients[i]!; // the pair counts twice, half each time
      for (let e = 0; e < into.length; e++) into[e] = into[e]! + (alike * (other.unit[e]! - cosine * own.unit[e]!)) / own.length;
    }
  }
  return { value, gradients: gradients.map((sums, label) => asType(sums, covariances[label]!)) };
}

/**
 * [classes, k] in float64; the mean of the rows of each class, such as predictions by their pseudo labels; 0 of a class without rows.
 * Throws ViewforgeError: SHAPE for labels of another number, LABEL for a class out of range.
 */
export function classMeans(rows: Features, labels: Int32Array, classes: number): Features {
  const { data, n, d } = rowBlock(rows, 'class-means', 'rows');
  checkLabels(labels, n, classes, 'class-means');
  const counts = new Float64Array(classes);
  const sums = new Float64Array(classes * d);
  for (let row = 0; row < n; row++) {
    const label = labels[row]!;
    counts[label] = counts[label]! + 1;
    for (let e = 0; e < d; e++) sums[label * d + e] = sums[label * d + e]! + data[row * d + e]!;
  }
  const means = sums.map((sum, at) => sum / Math.max(1, counts[Math.floor(at / d)]!));
  return tensor(means, [classes, d]);
}

function unitOf(covariance: Tensor, first: Tensor, label: number, where: string): { unit: Float64Array; length: number } {
  if (`${covariance.shape}` !== `${first.shape}`) {
    throw new ViewforgeError(
      'SHAPE',
      where,
      `expected covariances of one shape, [${first.shape}], got [${covariance.shape}] for class ${label}`,
    );
  }
  const data = Float64Array.from(values(covariance));
  const length = Math.sqrt(data.reduce((sum, each) => sum + each * each, 0));
  if (length <= smallestNorm) return { unit: data.fill(0), length: 0 };
  return { unit: data.map((each) => each / length), length };
}
