import type { ByteRows } from '../planes.ts';

/** The twin of the kernel `bytesToPlanes`: byte / 255, rounded once to float32. */
export function bytesToPlanesTwin(rows: ByteRows, to: Float32Array): void {
  const { bytes, offset, rowStride, height, width } = rows;
  const plane = height * width;
  for (let y = 0; y < height; y++) {
    let from = offset + y * rowStride;
    for (let at = y * width; at < (y + 1) * width; at++) {
      to[at] = bytes[from++]! / 255;
      to[at + plane] = bytes[from++]! / 255;
      to[at + 2 * plane] = bytes[from++]! / 255;
    }
  }
}
