import { compute } from './compute.ts';
import { checkPlanes, type Planes } from './planes.ts';
import { medianPlanesTwin } from './reference/median.ts';

/** Planes with every value replaced by the median of the 3 x 3 values around it; beyond the edges are their nearest values. */
export function medianPlanes(from: Float32Array, planes: Planes): Float32Array {
  checkPlanes('medianPlanes', from, planes);
  const { count, height, width } = planes;
  return compute({
    length: from.length,
    needs: [from, (height + 2) * (width + 2) * 4],
    kernel: (exports, to, [at = 0, padded = 0]) => exports.medianPlanes(at, count, height, width, padded, to),
    twin: (to) => medianPlanesTwin(from, planes, to),
  });
}
