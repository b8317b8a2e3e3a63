import { type ReconstructionBatch, ViewforgeError } from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { type PatchOptions, patchDistance } from './patch-distance.ts';

/** What was made of the patches that one draw hid. */
export interface Rebuilt {
  /** Mean distance over hidden patches; 0 where none was hidden. */
  readonly value: number;
  /** Number of hidden patches. */
  readonly hidden: number;
  /** [n, p, d]; slopes of `factor` times the value, 0 at patches that were seen. */
  gradient(factor: number): Tensor;
}

/** Throws ViewforgeError (SHAPE) where predictions, originals and masks do not fit; the number of draws. */
export function checkReconstruction({ predictions, originals, masks }: ReconstructionBatch, where: string): number {
  const fail = (expected: string, got: string): never => {
    throw new ViewforgeError('SHAPE', where, `expected ${expected}, got ${got}`);
  };
  const { shape } = originals;
  if (shape.length !== 3 || shape.includes(0)) fail('originals of [n, p, d], none of them 0', `[${shape}]`);
  if (predictions.length === 0) fail('predictions of at least one draw', 'none');
  if (masks.length !== predictions.length) fail(`a mask for each of ${predictions.length} draws`, `${masks.length}`);
  predictions.forEach((each, draw) => {
    if (`${each.shape}` !== `${shape}`) fail(`predictions of [${shape}] in draw ${draw}`, `[${each.shape}]`);
  });
  masks.forEach(({ length }, draw) => {
    if (length !== shape[0]! * shape[1]!) fail(`a mask of ${shape[0]! * shape[1]!} patches in draw ${draw}`, `${length}`);
  });
  return predictions.length;
}

/** Compares what one draw hid with the originals. Throws ViewforgeError (NOT_FINITE) that names a hidden patch. */
export function rebuild(batch: ReconstructionBatch, draw: number, options: PatchOptions, where: string): Rebuilt {
  const d = batch.originals.shape[2]!;
  const distance = patchDistance(options, d, where);
  const prediction = batch.predictions[draw]!;
  const made = Float64Array.from(values(prediction));
  const originals = Float64Array.from(values(batch.originals));
  const slopes = new Float64Array(made.length);
  let [sum, hidden] = [0, 0];
  batch.masks[draw]!.forEach((isHidden, patch) => {
    if (isHidden === 0) return;
    const [from, to] = [patch * d, patch * d + d];
    const one = distance(made.subarray(from, to), originals.subarray(from, to), slopes.subarray(from, to));
    if (!Number.isFinite(one)) {
      throw new ViewforgeError(
        'NOT_FINITE',
        where,
        `expected finite numbers in patch ${patch} of draw ${draw}, got a term of ${one}`,
      );
    }
    sum += one;
    hidden++;
  });
  return {
    value: hidden === 0 ? 0 : sum / hidden,
    hidden,
    gradient(factor) {
      const scale = hidden === 0 ? 0 : factor / hidden;
      const data = prediction.data instanceof Float64Array ? slopes : new Float32Array(slopes.length);
      for (let i = 0; i < data.length; i++) data[i] = slopes[i]! * scale;
      return tensor(data, prediction.shape);
    },
  };
}
