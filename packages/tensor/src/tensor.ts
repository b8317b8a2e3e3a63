import ndarray, { type NdArray } from 'ndarray';

/** Numbers of a batch or an item: Float32 in production, Float64 where a reference is computed. */
export type Tensor = NdArray<Float32Array> | NdArray<Float64Array>;
/** Decoded bytes, RGB, shape [c, h, w]; usually a strided view of a decoder's interleaved rows. */
export type Pixels = NdArray<Uint8Array> & { readonly brand?: 'pixels' };
/** Float32 in [0, 1] (until a plan normalizes it), contiguous, shape [c, h, w]. */
export type Image = NdArray<Float32Array> & { readonly brand?: 'image' };
/** Whole numbers, such as token ids. */
export type Integers = NdArray<Int32Array>;
/** One row of d features an item, shape [n, d]. */
export type Features = Tensor & { readonly brand?: 'features' };

/** The number of elements of a shape; 1 for []. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * A row-major tensor over `data`, which is not copied.
 * Throws RangeError when the shape does not hold exactly the elements of `data`.
 */
export function tensor(data: Float32Array, shape: readonly number[]): NdArray<Float32Array>;
export function tensor(data: Float64Array, shape: readonly number[]): NdArray<Float64Array>;
export function tensor(data: Float32Array | Float64Array, shape: readonly number[]): Tensor;
export function tensor(data: Float32Array | Float64Array, shape: readonly number[]): Tensor {
  checkShape('tensor', shape, data.length);
  return ndarray(data, [...shape]) as Tensor;
}

/** A tensor of zeros with the element type of `like` (Float32 when left out). */
export function zeros(shape: readonly number[], like?: Tensor): Tensor {
  const count = elements(shape);
  return tensor(like?.data instanceof Float64Array ? new Float64Array(count) : new Float32Array(count), shape);
}

/** Features [n, d] over row-major `data`. */
export function features(data: Float32Array | Float64Array, n: number, d: number): Features {
  return tensor(data, [n, d]);
}

/**
 * Whole numbers, such as token ids [n, t], over row-major `data`, which is not copied.
 * Throws RangeError when the shape does not hold exactly the elements of `data`.
 */
export function integers(data: Int32Array, shape: readonly number[]): Integers {
  checkShape('integers', shape, data.length);
  return ndarray(data, [...shape]);
}

/** An image [c, h, w] over planar `data`; the caller keeps the values in [0, 1]. */
export function image(data: Float32Array, c: number, h: number, w: number): Image {
  return tensor(data, [c, h, w]);
}

/** Pixels [c, h, w] over interleaved rows (height, width, channel), as decoders give them; nothing is copied. */
export function pixels(bytes: Uint8Array, h: number, w: number, c: number): Pixels {
  checkShape('pixels', [h, w, c], bytes.length);
  return ndarray(bytes, [c, h, w], [1, w * c, c]);
}

/** Whether the elements of `array` lie side by side in row-major order. */
export function isContiguous(array: NdArray<Float32Array | Float64Array | Uint8Array | Int32Array>): boolean {
  let expected = 1;
  for (let axis = array.shape.length - 1; axis >= 0; axis--) {
    if (array.shape[axis] !== 1 && array.stride[axis] !== expected) return false;
    expected *= array.shape[axis]!;
  }
  return true;
}

/** The elements of a tensor in row-major order: a window on its own memory when contiguous, otherwise a copy. */
export function values(array: NdArray<Float32Array>): Float32Array;
export function values(array: NdArray<Float64Array>): Float64Array;
export function values(array: NdArray<Uint8Array>): Uint8Array;
export function values(array: Tensor): Float32Array | Float64Array;
export function values(array: Tensor | NdArray<Uint8Array>): Float32Array | Float64Array | Uint8Array {
  const count = elements(array.shape);
  if (isContiguous(array)) {
    return array.offset === 0 && array.data.length === count
      ? array.data
      : array.data.subarray(array.offset, array.offset + count);
  }
  return gather(array, count);
}

/** A copy that shares no memory with `array`: same values, row-major. */
export function copy<T extends Tensor>(array: T): T {
  const own = values(array as Tensor);
  return tensor(own.slice(), array.shape) as T;
}

function gather(array: Tensor | NdArray<Uint8Array>, count: number): Float32Array | Float64Array | Uint8Array {
  const { data, shape, stride } = array;
  const result =
    data instanceof Uint8Array
      ? new Uint8Array(count)
      : data instanceof Float64Array
        ? new Float64Array(count)
        : new Float32Array(count);
  const index = shape.map(() => 0);
  let from = array.offset;
  for (let to = 0; to < count; to++) {
    result[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += stride[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
      from -= stride[axis]! * shape[axis]!;
    }
  }
  return result;
}

function checkShape(where: string, shape: readonly number[], length: number): void {
  if (shape.some((size) => !Number.isInteger(size) || size < 0)) {
    throw new RangeError(`${where}: expected a shape of whole numbers >= 0, got [${shape}]`);
  }
  if (elements(shape) !== length) {
    throw new RangeError(`${where}: shape [${shape}] holds ${elements(shape)} elements, got ${length}`);
  }
}
