import { augmentedCrossEntropy, type ClassifiedReport, type ClassifiedRows } from './augmented-cross-entropy.ts';

/** How strongly rows are spread. */
export interface IsdaOptions {
  /** The noise has `strength` times the covariance of its class; >= 0. 0.5 t in the paper on CIFAR, 7.5 t on ImageNet, t the share of training done. */
  readonly strength: number;
}

/**
 * Implicit semantic data augmentation: the bound, in closed form, on the cross entropy of rows that normal noise with the covariance of
 * their class was added to, without end. It is the cross entropy of the logits l_j + strength / 2 (w_j - w_y)^T C_y (w_j - w_y), so never below
 * the plain one, which it is at strength 0. A class without covariance is not raised.
 *
 * Gradients: to rows through the logits alone, to weights through logits and quadratic terms, to the bias; covariances are held constant.
 * Reference: https://arxiv.org/abs/1909.12220
 *
 * Throws ViewforgeError: SHAPE for parts that do not fit, LABEL for a class out of range, NOT_FINITE for rows, weights or covariances with NaN
 * or an infinity, OPTION for a strength below 0.
 */
export function isdaLoss(classified: ClassifiedRows, { strength }: IsdaOptions): ClassifiedReport {
  return augmentedCrossEntropy(classified, { factor: 1, strength, target: 'own' }, 'isda-loss');
}
