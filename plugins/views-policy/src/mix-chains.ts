import { mapImage } from '@viewforge/image';
import { type Image, values } from '@viewforge/tensor';

/**
 * (1 - share) x + share (w_1 chain_1 + w_2 chain_2 + …) of images of one shape [c, h, w], with weights that sum to 1 and a share
 * in [0, 1]: the mixing of AugMix. Clamped to [0, 1] against rounding. Throws RangeError when weights and chains differ in
 * number.
 */
export function mixChains(input: Image, chains: readonly Image[], weights: readonly number[], share: number): Image {
  if (chains.length !== weights.length) {
    throw new RangeError(`mixChains: expected a weight for each of ${chains.length} chains, got ${weights.length}`);
  }
  const ends = chains.map((chain) => values(chain));
  const shares = weights.map((weight) => share * weight);
  return mapImage(input, (value, i) => {
    let sum = (1 - share) * value;
    for (let chain = 0; chain < ends.length; chain++) sum += shares[chain]! * ends[chain]![i]!;
    return Math.min(1, Math.max(0, sum));
  });
}
