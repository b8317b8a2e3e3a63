import { compute } from './compute.ts';
import { checkPlanes, type Planes } from './planes.ts';
import { stretchPlaneTwin } from './reference/stretch.ts';

/** Planes brought, each by itself, from their lowest and highest value to 0 and 1; a plane of one value is only clamped to [0, 1]. */
export function stretchPlanes(from: Float32Array, planes: Planes): Float32Array {
  checkPlanes('stretchPlanes', from, planes);
  const size = planes.height * planes.width;
  const starts = Array.from({ length: planes.count }, (_, plane) => plane * size);
  return compute({
    length: from.length,
    needs: [from],
    kernel: (exports, to, [at = 0]) => {
      for (const start of starts) exports.stretchPlane(at + start * 4, size, to + start * 4);
    },
    twin: (to) => {
      for (const start of starts) stretchPlaneTwin(from.subarray(start, start + size), to.subarray(start, start + size));
    },
  });
}
