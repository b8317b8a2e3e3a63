import { padPlane } from './border';
import { storePart } from './lanes';

/** The median of every 3 x 3 window; beyond the edges are their nearest values. `padded` has room for one plane with a border of one. */
export function medianPlanes(from: usize, count: i32, height: i32, width: i32, padded: usize, to: usize): void {
  const size = height * width;
  const stride = (<usize>(width + 2)) << 2;
  for (let plane = 0; plane < count; plane++) {
    const at = (<usize>(plane * size)) << 2;
    padPlane(from + at, height, width, 1, true, padded);
    for (let y = 0; y < height; y++) {
      medianRow(padded + <usize>y * stride, stride, width, to + at + ((<usize>(y * width)) << 2));
    }
  }
}

/** The median of nine is that of: the largest of the columns' smallest, the median of their medians, the smallest of their largest. */
function medianRow(above: usize, stride: usize, width: i32, to: usize): void {
  const row = above + stride;
  const below = row + stride;
  for (let x = 0; x < width; x += 4) {
    const at = (<usize>x) << 2;
    let smallest = f32x4.splat(-Infinity);
    let largest = f32x4.splat(Infinity);
    const middle = f32x4.splat(0);
    let left = middle;
    let center = middle;
    let right = middle;
    for (let k: usize = 0; k < 12; k += 4) {
      const a = v128.load(above + at + k);
      const b = v128.load(row + at + k);
      const c = v128.load(below + at + k);
      smallest = f32x4.pmax(smallest, f32x4.pmin(f32x4.pmin(a, b), c));
      largest = f32x4.pmin(largest, f32x4.pmax(f32x4.pmax(a, b), c));
      left = center;
      center = right;
      right = medianOf(a, b, c);
    }
    storePart(to + at, medianOf(smallest, medianOf(left, center, right), largest), width - x);
  }
}

function medianOf(a: v128, b: v128, c: v128): v128 {
  return f32x4.pmax(f32x4.pmin(a, b), f32x4.pmin(f32x4.pmax(a, b), c));
}
