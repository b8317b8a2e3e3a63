import { compute } from './compute.ts';
import { type ByteRows, checkRows, windowBytes } from './planes.ts';
import { bytesToPlanesTwin } from './reference/bytes-to-planes.ts';

/** Interleaved RGB bytes as three planes of floats [3, height, width] in [0, 1]: byte / 255, correctly rounded. */
export function bytesToPlanes(rows: ByteRows): Float32Array {
  checkRows('bytesToPlanes', rows);
  return compute({
    length: 3 * rows.height * rows.width,
    needs: [windowBytes(rows)],
    kernel: (exports, to, [from = 0]) => exports.bytesToPlanes(from, rows.rowStride, rows.height, rows.width, to),
    twin: (to) => bytesToPlanesTwin(rows, to),
  });
}
