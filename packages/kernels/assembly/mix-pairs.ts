import { storePart } from './lanes';

/**
 * to[r] = (w f) a + ((1 - w) g) b for rows a and b of `first` and `second` [count, width] and f and g their factors; w is weights[r], or, where
 * `each` is not 0, a weight for each element [count, width].
 */
export function mixPairs(
  first: usize,
  second: usize,
  width: i32,
  count: i32,
  factors: usize,
  otherFactors: usize,
  weights: usize,
  each: i32,
  to: usize,
): void {
  const bytes = (<usize>width) << 2;
  for (let r = 0; r < count; r++) {
    const at = (<usize>r) << 2;
    const row = <usize>r * bytes;
    const factor = v128.load32_splat(factors + at);
    const other = v128.load32_splat(otherFactors + at);
    if (each) mixElements(first + row, second + row, factor, other, weights + row, width, to + row);
    else mixPair(first + row, second + row, factor, other, v128.load32_splat(weights + at), width, to + row);
  }
}

function mixPair(a: usize, b: usize, factor: v128, other: v128, weight: v128, width: i32, to: usize): void {
  const share = f32x4.mul(weight, factor);
  const rest = f32x4.mul(f32x4.sub(f32x4.splat(1), weight), other);
  for (let i = 0; i < width; i += 4) {
    const at = (<usize>i) << 2;
    const mixed = f32x4.add(f32x4.mul(share, v128.load(a + at)), f32x4.mul(rest, v128.load(b + at)));
    storePart(to + at, mixed, width - i);
  }
}

function mixElements(a: usize, b: usize, factor: v128, other: v128, weights: usize, width: i32, to: usize): void {
  for (let i = 0; i < width; i += 4) {
    const at = (<usize>i) << 2;
    const weight = v128.load(weights + at);
    const own = f32x4.mul(f32x4.mul(weight, factor), v128.load(a + at));
    const rest = f32x4.mul(f32x4.mul(f32x4.sub(f32x4.splat(1), weight), other), v128.load(b + at));
    storePart(to + at, f32x4.add(own, rest), width - i);
  }
}
