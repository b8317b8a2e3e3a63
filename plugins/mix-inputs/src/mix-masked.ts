import { type Tensor, tensor, values } from '@viewforge/tensor';

/**
 * Every item of a batch [n, c, ...positions] mixed with its partner by one mask: m x_i + (1 - m) x_p(i) at each position, the same for all
 * channels. A mask of 1 copies the item and one of 0 the partner, to the bit. `mask` holds one value in [0, 1] for each position; the
 * elements of an item are that many, or a multiple of it.
 */
export function mixMasked(batch: Tensor, partners: readonly number[], mask: Float64Array): Tensor {
  const from = values(batch);
  const to = from.slice();
  const positions = mask.length;
  const planes = from.length / Math.max(1, partners.length * positions);
  for (const [i, partner] of partners.entries()) {
    if (partner === i) continue;
    for (let c = 0; c < planes; c++) {
      const [own, other] = [(i * planes + c) * positions, (partner * planes + c) * positions];
      for (let k = 0; k < positions; k++) {
        const weight = mask[k]!;
        if (weight === 0) to[own + k] = from[other + k]!;
        else if (weight !== 1) to[own + k] = weight * from[own + k]! + (1 - weight) * from[other + k]!;
      }
    }
  }
  return tensor(to, batch.shape);
}
