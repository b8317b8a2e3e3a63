import { fourierLine } from './fourier-line.ts';
import { elements } from './tensor.ts';

/**
 * In place: the discrete Fourier transform over every axis of complex numbers of this shape (row-major, real and imaginary parts
 * apart), of any lengths. Forward is X_k = sum over j of x_j exp(-2 pi i j k / n) along each axis; inverse has the other sign and divides by
 * the number of elements. An axis of 1 is left as it is; errors are of the order 1e-15 of the largest element.
 * Throws RangeError when an array does not hold the elements of the shape.
 */
export function fourierTransform(
  real: Float64Array,
  imaginary: Float64Array,
  shape: readonly number[],
  direction: 'forward' | 'inverse' = 'forward',
): void {
  const total = elements(shape);
  if (real.length !== total || imaginary.length !== total) {
    throw new RangeError(
      `fourierTransform: expected ${total} elements for shape [${shape}], got ${real.length} and ${imaginary.length}`,
    );
  }
  if (direction === 'inverse') {
    transformAxes(imaginary, real, shape);
    for (let i = 0; i < total; i++) {
      real[i]! /= total;
      imaginary[i]! /= total;
    }
  } else transformAxes(real, imaginary, shape);
}

function transformAxes(real: Float64Array, imaginary: Float64Array, shape: readonly number[]): void {
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const n = shape[axis]!;
    if (n > 1) {
      const line = fourierLine(n);
      for (let block = 0; block < real.length; block += n * stride) {
        for (let start = block; start < block + stride; start++) line(real, imaginary, start, stride);
      }
    }
    stride *= n;
  }
}
