import { compute } from './compute.ts';
import { checkPlanes, type Planes } from './planes.ts';
import { jpegPlanesTwin } from './reference/jpeg.ts';

/**
 * What 8-bit JPEG coding leaves of planes in [0, 1]: the DCT of every 8 x 8 block, rounded to multiples of `steps`, and back. Three planes are
 * RGB, coded as luma and two chromas of half the height and width; any other number are gray, one by one. `steps` are the 64 quantization
 * steps of luma, then those of chroma, row by row, in levels of a byte. Results are whole levels / 255.
 */
export function jpegPlanes(from: Float32Array, planes: Planes, steps: Float32Array): Float32Array {
  checkPlanes('jpegPlanes', from, planes);
  if (steps.length !== 128 || !steps.every((step) => step >= 1)) {
    throw new RangeError(`jpegPlanes: expected 128 quantization steps of at least 1, got [${steps}]`);
  }
  const { count, height, width } = planes;
  const [rows, columns] = [16 * Math.ceil(height / 16), 16 * Math.ceil(width / 16)];
  const scratchBytes = (3.5 * rows * columns + columns + 32 + 128) * 4;
  return compute({
    length: from.length,
    needs: [from, cosines, steps, scratchBytes],
    kernel: (exports, to, [at = 0, cosinesAt = 0, stepsAt = 0, scratch = 0]) =>
      exports.jpegPlanes(at, count, height, width, cosinesAt, stepsAt, scratch, to),
    twin: (to) => jpegPlanesTwin(from, planes, cosines, steps, to),
  });
}

/** The matrix of the orthonormal DCT, frequency by position, then the same turned over. */
const cosines = Float32Array.from({ length: 128 }, (_, i) => {
  const [row, column] = [(i >> 3) & 7, i & 7];
  const [frequency, position] = i < 64 ? [row, column] : [column, row];
  return frequency === 0 ? Math.SQRT1_2 / 2 : Math.cos(((2 * position + 1) * frequency * Math.PI) / 16) / 2;
});
