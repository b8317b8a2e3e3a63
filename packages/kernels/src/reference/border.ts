/** The twin of the kernel `padPlane`: a plane with `radius` more values on every side, zeros or the nearest value. */
export function paddedPlane(
  plane: Float32Array,
  height: number,
  width: number,
  radius: number,
  border: 'zero' | 'edge',
): Float32Array {
  const stride = width + 2 * radius;
  const padded = new Float32Array((height + 2 * radius) * stride);
  for (let y = -radius; y < height + radius; y++) {
    for (let x = -radius; x < width + radius; x++) {
      const [row, column] = [Math.min(height - 1, Math.max(0, y)), Math.min(width - 1, Math.max(0, x))];
      if (border === 'edge' || (row === y && column === x)) {
        padded[(y + radius) * stride + x + radius] = plane[row * width + column]!;
      }
    }
  }
  return padded;
}
