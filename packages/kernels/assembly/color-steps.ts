import { clampLanes } from './lanes';

// Every step takes `count` pixels, a multiple of four, of three planes `apart` bytes from each other. All three are read before one
// is written, because they are one and the same for gray images.

export function storePixels(to: usize, apart: usize, r: v128, g: v128, b: v128): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  v128.store(to, clampLanes(r, zero, one));
  v128.store(to + apart, clampLanes(g, zero, one));
  v128.store(to + 2 * apart, clampLanes(b, zero, one));
}

function luma(r: v128, g: v128, b: v128): v128 {
  const red = f32x4.mul(f32x4.splat(0.2989), r);
  const green = f32x4.mul(f32x4.splat(0.587), g);
  return f32x4.add(f32x4.add(red, green), f32x4.mul(f32x4.splat(0.114), b));
}

/** factor * v + added. */
export function scale(from: usize, to: usize, apart: usize, count: i32, factor: f32, red: f32, green: f32, blue: f32): void {
  const factors = f32x4.splat(factor);
  const reds = f32x4.splat(red);
  const greens = f32x4.splat(green);
  const blues = f32x4.splat(blue);
  const size = (<usize>count) << 2;
  for (let at: usize = 0; at < size; at += 16) {
    const r = v128.load(from + at);
    const g = v128.load(from + at + apart);
    const b = v128.load(from + at + 2 * apart);
    storePixels(
      to + at,
      apart,
      f32x4.add(f32x4.mul(r, factors), reds),
      f32x4.add(f32x4.mul(g, factors), greens),
      f32x4.add(f32x4.mul(b, factors), blues),
    );
  }
}

/** factor * v + rest * luma. */
export function blendLuma(from: usize, to: usize, apart: usize, count: i32, factor: f32, rest: f32): void {
  const factors = f32x4.splat(factor);
  const rests = f32x4.splat(rest);
  const size = (<usize>count) << 2;
  for (let at: usize = 0; at < size; at += 16) {
    const r = v128.load(from + at);
    const g = v128.load(from + at + apart);
    const b = v128.load(from + at + 2 * apart);
    const gray = f32x4.mul(rests, luma(r, g, b));
    storePixels(
      to + at,
      apart,
      f32x4.add(f32x4.mul(r, factors), gray),
      f32x4.add(f32x4.mul(g, factors), gray),
      f32x4.add(f32x4.mul(b, factors), gray),
    );
  }
}

/** 1 - v where v >= threshold. */
export function solarize(from: usize, to: usize, apart: usize, count: i32, threshold: f32): void {
  const thresholds = f32x4.splat(threshold);
  const size = (<usize>count) << 2;
  for (let at: usize = 0; at < size; at += 16) {
    const r = v128.load(from + at);
    const g = v128.load(from + at + apart);
    const b = v128.load(from + at + 2 * apart);
    storePixels(to + at, apart, turned(r, thresholds), turned(g, thresholds), turned(b, thresholds));
  }
}

function turned(value: v128, thresholds: v128): v128 {
  return v128.bitselect(f32x4.sub(f32x4.splat(1), value), value, f32x4.ge(value, thresholds));
}

/** (v - mean) * inverse, with both numbers of each plane at `factors`, as float64. The one step that does not clamp. */
export function normalize(from: usize, to: usize, apart: usize, count: i32, factors: usize): void {
  const size = (<usize>count) << 2;
  for (let plane: usize = 0; plane < 3; plane++) {
    const means = f32x4.splat(<f32>load<f64>(factors + plane * 16));
    const inverses = f32x4.splat(<f32>load<f64>(factors + plane * 16, 8));
    const start = plane * apart;
    for (let at = start; at < start + size; at += 16) {
      v128.store(to + at, f32x4.mul(f32x4.sub(v128.load(from + at), means), inverses));
    }
  }
}

/** Adds the luma of every pixel, in float64, to the lane of its position modulo four; `lanes` < 4 leaves out the last ones. */
export function addLuma(from: usize, apart: usize, count: i32, sums: usize, lanes: i32): void {
  let low = v128.load(sums);
  let high = v128.load(sums, 16);
  const mask = maskOf(lanes);
  const size = (<usize>count) << 2;
  for (let at: usize = 0; at < size; at += 16) {
    const gray = luma(v128.load(from + at), v128.load(from + at + apart), v128.load(from + at + 2 * apart));
    const kept = v128.and(gray, mask);
    low = f64x2.add(low, f64x2.promote_low_f32x4(kept));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(kept, kept, 2, 3, 2, 3)));
  }
  v128.store(sums, low);
  v128.store(sums, high, 16);
}

/** The same with the values of one plane. */
export function addValues(from: usize, count: i32, sums: usize, lanes: i32): void {
  let low = v128.load(sums);
  let high = v128.load(sums, 16);
  const mask = maskOf(lanes);
  const size = (<usize>count) << 2;
  for (let at: usize = 0; at < size; at += 16) {
    const kept = v128.and(v128.load(from + at), mask);
    low = f64x2.add(low, f64x2.promote_low_f32x4(kept));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(kept, kept, 2, 3, 2, 3)));
  }
  v128.store(sums, low);
  v128.store(sums, high, 16);
}

function maskOf(lanes: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(lanes));
}
