import { storePart } from './lanes';

/** Rows in reverse order of their values. */
export function flipPlanes(from: usize, rows: i32, width: i32, to: usize): void {
  for (let y = 0; y < rows; y++) {
    const line = (<usize>(y * width)) << 2;
    const end = from + line + ((<usize>width) << 2);
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const lanes = v128.load(end - ((<usize>(x + 4)) << 2));
      v128.store(to + line + ((<usize>x) << 2), v128.shuffle<f32>(lanes, lanes, 3, 2, 1, 0));
    }
    for (; x < width; x++) store<f32>(to + line + ((<usize>x) << 2), load<f32>(end - ((<usize>(x + 1)) << 2)));
  }
}

/** (value - mean) * inverse. */
export function normalizePlane(from: usize, size: i32, mean: f32, inverse: f32, to: usize): void {
  const means = f32x4.splat(mean);
  const inverses = f32x4.splat(inverse);
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    storePart(to + at, f32x4.mul(f32x4.sub(v128.load(from + at), means), inverses), size - i);
  }
}
