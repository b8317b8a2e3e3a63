/** A plane with `radius` more values on every side, zeros or (when `repeats`) the nearest value of the plane. */
export function padPlane(from: usize, height: i32, width: i32, radius: i32, repeats: bool, to: usize): void {
  const side = (<usize>radius) << 2;
  const row = (<usize>width) << 2;
  const stride = row + 2 * side;
  for (let y = -radius; y < height + radius; y++) {
    const target = to + <usize>(y + radius) * stride;
    if (!repeats && (y < 0 || y >= height)) {
      memory.fill(target, 0, stride);
      continue;
    }
    const source = from + <usize>min(height - 1, max(0, y)) * row;
    const before: f32 = repeats ? load<f32>(source) : 0;
    const after: f32 = repeats ? load<f32>(source + row - 4) : 0;
    for (let at: usize = 0; at < side; at += 4) {
      store<f32>(target + at, before);
      store<f32>(target + side + row + at, after);
    }
    memory.copy(target + side, source, row);
  }
}
