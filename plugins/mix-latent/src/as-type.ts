import { type Tensor, tensor } from '@viewforge/tensor';

/** Sums in float64 as a tensor in the element type of `like`, and of its shape unless another one is given. */
export function asType(sums: Float64Array, like: Tensor, shape: readonly number[] = like.shape): Tensor {
  return tensor(like.data instanceof Float64Array ? sums : Float32Array.from(sums), shape);
}
