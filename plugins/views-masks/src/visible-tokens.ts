import { type Tensor, values, zeros } from '@viewforge/tensor';

/**
 * The rows [k, d] of tokens [n, d] that `keep` names, in its order: what an encoder sees of a masked image. It is also how a gradient
 * goes back through `restoreTokens`: the gradient of the visible tokens is `visibleTokens(gradient, keep)`.
 */
export function visibleTokens(tokens: Tensor, keep: Int32Array): Tensor {
  const [n, d] = tokens.shape as [number, number];
  const from = values(tokens);
  const kept = zeros([keep.length, d], tokens);
  for (const [row, token] of keep.entries()) {
    if (token < 0 || token >= n) throw new RangeError(`visibleTokens: expected tokens from 0 to ${n - 1}, got ${token}`);
    kept.data.set(from.subarray(token * d, token * d + d), row * d);
  }
  return kept;
}

/**
 * All n tokens [n, d] in their places: the visible ones [k, d], as `visibleTokens` gives them, and `maskToken` [d] for those that were
 * hidden. `restore` [n] is the mask's. Throws RangeError where the token is not as long as the visible ones.
 */
export function restoreTokens(visible: Tensor, maskToken: ArrayLike<number>, restore: Int32Array): Tensor {
  const [k, d] = visible.shape as [number, number];
  if (maskToken.length !== d)
    throw new RangeError(`restoreTokens: expected a mask token of ${d} numbers, got ${maskToken.length}`);
  const from = values(visible);
  const all = zeros([restore.length, d], visible);
  for (const [token, place] of restore.entries()) {
    all.data.set(place < k ? from.subarray(place * d, place * d + d) : maskToken, token * d);
  }
  return all;
}
