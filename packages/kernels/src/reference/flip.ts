import type { Planes } from '../planes.ts';

/** The twin of the kernel `flipPlanes`. */
export function flipPlanesTwin(from: Float32Array, { count, height, width }: Planes, to: Float32Array): void {
  for (let row = 0; row < count * height; row++) {
    const line = row * width;
    for (let x = 0; x < width; x++) to[line + x] = from[line + width - 1 - x]!;
  }
}
