import { elements, type Tensor, tensor, values } from './tensor.ts';

/** Items of one shape side by side: n tensors [...item] become one [n, ...item]. Throws RangeError on a different shape. */
export function stack(items: readonly Tensor[]): Tensor {
  const first = items[0];
  if (first === undefined) throw new RangeError('stack: expected at least one item, got none');
  const size = elements(first.shape);
  const data = first.data instanceof Float64Array ? new Float64Array(size * items.length) : new Float32Array(size * items.length);
  for (const [position, item] of items.entries()) {
    if (item.shape.length !== first.shape.length || item.shape.some((length, axis) => length !== first.shape[axis])) {
      throw new RangeError(`stack: item 0 is [${first.shape}], item ${position} is [${item.shape}]`);
    }
    data.set(values(item), position * size);
  }
  return tensor(data, [items.length, ...first.shape]);
}

/** Item `index` of a stacked tensor [n, ...item], as a window on the same memory when it is contiguous. */
export function unstack(batch: Tensor, index: number): Tensor {
  const item = batch.shape.slice(1);
  const size = elements(item);
  return tensor(values(batch).subarray(index * size, (index + 1) * size), item);
}
