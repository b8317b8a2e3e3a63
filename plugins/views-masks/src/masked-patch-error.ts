import { type Tensor, values, zeros } from '@viewforge/tensor';

/** How far predicted patches are from the hidden ones, and how that changes with the prediction. */
export interface PatchError {
  /** Mean squared error of a value, over the hidden patches; 0 when none is hidden. */
  readonly value: number;
  /** [n, d]; d value / d prediction, 0 for patches that were visible. */
  readonly gradient: Tensor;
}

/**
 * The reconstruction error of MAE: the squared error of each patch, averaged over its d values and then over the hidden patches alone.
 * `prediction` and `target` are [n, d] and `mask` is [n]; the patches of a whole batch may stand below one another. Nothing flows back
 * to the target. With `normalized` each target patch is first brought to mean 0 and variance 1: (t - mean) / sqrt(variance + 1e-6)
 * with the variance over d - 1, which makes networks learn contrast within patches.
 */
export function maskedPatchError(
  { prediction, target, mask }: { readonly prediction: Tensor; readonly target: Tensor; readonly mask: Float32Array },
  { normalized = false }: { readonly normalized?: boolean } = {},
): PatchError {
  const [n, d] = prediction.shape as [number, number];
  if (target.shape[0] !== n || target.shape[1] !== d || mask.length !== n) {
    throw new RangeError(
      `maskedPatchError: expected a target [${n}, ${d}] and a mask [${n}], got [${target.shape}] and [${mask.length}]`,
    );
  }
  const predicted = values(prediction);
  const targets = values(target);
  const hidden = mask.reduce((sum, each) => sum + each, 0);
  const gradient = zeros([n, d], prediction);
  let total = 0;
  for (let row = 0; row < n; row++) {
    if (mask[row] === 0) continue;
    const weight = mask[row]! / (d * hidden);
    const { mean, scale } = normalized ? momentsOf(targets.subarray(row * d, row * d + d)) : { mean: 0, scale: 1 };
    for (let i = row * d; i < row * d + d; i++) {
      const difference = predicted[i]! - (targets[i]! - mean) * scale;
      total += weight * difference * difference;
      gradient.data[i] = 2 * weight * difference;
    }
  }
  return { value: total, gradient };
}

/** Mean of a patch and one over its deviation; the deviation of a single value counts as 0. */
function momentsOf(patch: Float32Array | Float64Array): { readonly mean: number; readonly scale: number } {
  let sum = 0;
  for (const value of patch) sum += value;
  const mean = sum / patch.length;
  let squares = 0;
  for (const value of patch) squares += (value - mean) ** 2;
  return { mean, scale: 1 / Math.sqrt(squares / Math.max(1, patch.length - 1) + 1e-6) };
}
