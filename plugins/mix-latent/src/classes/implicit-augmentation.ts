import { augmentedCrossEntropy, type ClassifiedReport, type ClassifiedRows } from './augmented-cross-entropy.ts';

/** How strongly rows are spread. */
export interface ImplicitOptions {
  /** The noise has `strength` times the covariance of its class; >= 0. The paper's r, 5 t, t the share of training done. */
  readonly strength: number;
}

/**
 * The implicit feature augmentation of SF(DA)²: noise with the covariance of a row's pseudo label, in closed form, without knowing which
 * class is right. Every class i is the target once: sum over i of 2 CE(l_j + strength / 2 (w_j - w_i)^T C (w_j - w_i), i), the mean over
 * rows; the paper weighs it by 1e-4. Gradients, edges and errors are those of `isdaLoss`. Reference: https://arxiv.org/abs/2403.10834
 */
export function implicitAugmentation(classified: ClassifiedRows, { strength }: ImplicitOptions): ClassifiedReport {
  return augmentedCrossEntropy(classified, { factor: 2, strength, target: 'every' }, 'implicit-augmentation');
}
