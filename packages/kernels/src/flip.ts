import { compute } from './compute.ts';
import { allocate } from './memory.ts';
import { checkPlanes, type Planes } from './planes.ts';
import { flipPlanesTwin } from './reference/flip.ts';

/** Planes with every row reversed: left and right change places. */
export function flipPlanes(from: Float32Array, planes: Planes): Float32Array {
  checkPlanes('flipPlanes', from, planes);
  return compute({
    length: from.length,
    needs: [from],
    kernel: (exports, to, [at = 0]) => exports.flipPlanes(at, planes.count * planes.height, planes.width, to),
    twin: (to) => flipPlanesTwin(from, planes, to),
  });
}

/** Planes with the rows in reverse order: top and bottom change places. Copies of whole rows, so there is nothing to compile. */
export function turnPlanesOver(from: Float32Array, planes: Planes): Float32Array {
  checkPlanes('turnPlanesOver', from, planes);
  const { count, height, width } = planes;
  const to = allocate(from.length);
  for (let plane = 0; plane < count; plane++) {
    for (let y = 0; y < height; y++) {
      const line = (plane * height + height - 1 - y) * width;
      to.set(from.subarray(line, line + width), (plane * height + y) * width);
    }
  }
  return to;
}
