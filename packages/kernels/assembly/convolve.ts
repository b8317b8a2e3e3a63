import { padPlane } from './border';
import { clampLanes, storePart } from './lanes';

/**
 * The sum over a window of `side` x `side` values (an odd number), each times its weight, then clamped to [low, high]; beyond the edges
 * are zeros. `padded` has room for one plane with side - 1 more rows and columns.
 */
export function convolvePlanes(
  from: usize,
  count: i32,
  height: i32,
  width: i32,
  weights: usize,
  side: i32,
  low: f32,
  high: f32,
  padded: usize,
  to: usize,
): void {
  const size = height * width;
  const stride = (<usize>(width + side - 1)) << 2;
  for (let plane = 0; plane < count; plane++) {
    const at = (<usize>(plane * size)) << 2;
    padPlane(from + at, height, width, side >> 1, false, padded);
    for (let y = 0; y < height; y++) {
      weighWindows(padded + <usize>y * stride, stride, width, weights, side, low, high, to + at + ((<usize>(y * width)) << 2));
    }
  }
}

/** One row of results, sixteen at a time. */
function weighWindows(from: usize, stride: usize, width: i32, weights: usize, side: i32, low: f32, high: f32, to: usize): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const end = weights + ((<usize>(side * side)) << 2);
  const across = (<usize>side) << 2;
  for (let x = 0; x < width; x += 16) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let row = from + ((<usize>x) << 2);
    for (let first = weights; first < end; first += across) {
      for (let k: usize = 0; k < across; k += 4) {
        const weight = v128.load_splat<f32>(first + k);
        a = f32x4.add(a, f32x4.mul(weight, v128.load(row + k)));
        b = f32x4.add(b, f32x4.mul(weight, v128.load(row + k, 16)));
        c = f32x4.add(c, f32x4.mul(weight, v128.load(row + k, 32)));
        d = f32x4.add(d, f32x4.mul(weight, v128.load(row + k, 48)));
      }
      row += stride;
    }
    const target = to + ((<usize>x) << 2);
    const count = width - x;
    storePart(target, clampLanes(a, lows, highs), count);
    if (count > 4) storePart(target + 16, clampLanes(b, lows, highs), count - 4);
    if (count > 8) storePart(target + 32, clampLanes(c, lows, highs), count - 8);
    if (count > 12) storePart(target + 48, clampLanes(d, lows, highs), count - 12);
  }
}
