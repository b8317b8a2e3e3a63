import type { Planes } from '../planes.ts';
import { paddedPlane } from './border.ts';
import { largerLane, smallerLane } from './lanes.ts';

/** The twin of the kernel `medianPlanes`: columns first, with the same minima and maxima in the same order. */
export function medianPlanesTwin(from: Float32Array, { count, height, width }: Planes, to: Float32Array): void {
  const size = height * width;
  for (let plane = 0; plane < count; plane++) {
    const padded = paddedPlane(from.subarray(plane * size, (plane + 1) * size), height, width, 1, 'edge');
    for (let i = 0; i < size; i++) to[plane * size + i] = medianAt(padded, Math.floor(i / width), i % width, width + 2);
  }
}

/** The window whose first value is at (y, x) of a padded plane. */
function medianAt(padded: Float32Array, y: number, x: number, stride: number): number {
  let smallest = Number.NEGATIVE_INFINITY;
  let largest = Number.POSITIVE_INFINITY;
  const medians: number[] = [];
  for (let k = 0; k < 3; k++) {
    const [a, b, c] = [0, 1, 2].map((row) => padded[(y + row) * stride + x + k]!) as [number, number, number];
    smallest = largerLane(smallest, smallerLane(smallerLane(a, b), c));
    largest = smallerLane(largest, largerLane(largerLane(a, b), c));
    medians.push(medianOf(a, b, c));
  }
  return medianOf(smallest, medianOf(medians[0]!, medians[1]!, medians[2]!), largest);
}

function medianOf(a: number, b: number, c: number): number {
  return largerLane(smallerLane(a, b), smallerLane(largerLane(a, b), c));
}
