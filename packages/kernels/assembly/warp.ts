import { storePart } from './lanes';

/**
 * Three planes, `stride` bytes apart, read at drawn places: for each of `size` outputs a row (at `places`) and a column (one plane
 * of places later). `border` is 0 for zeros beyond the image, 1 for its edge, 2 for its reflection. With `blend`, what is
 * missing at the border is made up by red, green and blue. `scratch` has room for (height + 3) * (width + 3) pixels of 16 bytes.
 */
export function warpPlanes(
  from: usize,
  stride: i32,
  height: i32,
  width: i32,
  places: usize,
  size: i32,
  border: i32,
  nearest: i32,
  blend: i32,
  red: f32,
  green: f32,
  blue: f32,
  scratch: usize,
  to: usize,
  toStride: i32,
): void {
  interleave(from, stride, height, width, scratch);
  const columns = places + ((<usize>size) << 2);
  const fill = f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(red), 1, green), 2, blue);
  const one = f32x4.splat(1);
  const pitch = width + 3;
  const below = (<usize>pitch) << 4;
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const y = inside(v128.load(places + at), height, border, nearest);
    const x = inside(v128.load(columns + at), width, border, nearest);
    const top = f32x4.floor(y);
    const left = f32x4.floor(x);
    const down = f32x4.sub(y, top);
    const right = f32x4.sub(x, left);
    const up = f32x4.sub(one, down);
    const back = f32x4.sub(one, right);
    const a = f32x4.mul(up, back);
    const b = f32x4.mul(up, right);
    const c = f32x4.mul(down, back);
    const d = f32x4.mul(down, right);
    const row = i32x4.mul(i32x4.add(i32x4.trunc_sat_f32x4_s(top), i32x4.splat(1)), i32x4.splat(pitch));
    const pixel = i32x4.add(row, i32x4.add(i32x4.trunc_sat_f32x4_s(left), i32x4.splat(1)));
    let p0 = weigh(scratch + ((<usize>i32x4.extract_lane(pixel, 0)) << 4), below, firsts(a), firsts(b), firsts(c), firsts(d));
    let p1 = weigh(scratch + ((<usize>i32x4.extract_lane(pixel, 1)) << 4), below, seconds(a), seconds(b), seconds(c), seconds(d));
    let p2 = weigh(scratch + ((<usize>i32x4.extract_lane(pixel, 2)) << 4), below, thirds(a), thirds(b), thirds(c), thirds(d));
    let p3 = weigh(scratch + ((<usize>i32x4.extract_lane(pixel, 3)) << 4), below, fourths(a), fourths(b), fourths(c), fourths(d));
    if (blend) {
      p0 = blended(p0, fill);
      p1 = blended(p1, fill);
      p2 = blended(p2, fill);
      p3 = blended(p3, fill);
    }
    storePixels(p0, p1, p2, p3, to + at, toStride, size - i);
  }
}

/** Pixels red, green, blue, 1 inside a frame of zeros: one pixel to the left and above, two to the right and below. */
function interleave(from: usize, stride: i32, height: i32, width: i32, scratch: usize): void {
  const one = f32x4.splat(1);
  const pitch = (<usize>(width + 3)) << 4;
  memory.fill(scratch, 0, <usize>(height + 3) * pitch);
  for (let y = 0; y < height; y++) {
    let at = from + ((<usize>(y * width)) << 2);
    let target = scratch + <usize>(y + 1) * pitch + 16;
    for (let x = 0; x < width; x += 4) {
      const r = v128.load(at);
      const g = v128.load(at + <usize>stride);
      const b = v128.load(at + <usize>(2 * stride));
      const rg = v128.shuffle<f32>(r, g, 0, 4, 1, 5);
      const rgHigh = v128.shuffle<f32>(r, g, 2, 6, 3, 7);
      const bOne = v128.shuffle<f32>(b, one, 0, 4, 1, 5);
      const bOneHigh = v128.shuffle<f32>(b, one, 2, 6, 3, 7);
      const count = width - x;
      v128.store(target, v128.shuffle<f32>(rg, bOne, 0, 1, 4, 5));
      if (count > 1) v128.store(target, v128.shuffle<f32>(rg, bOne, 2, 3, 6, 7), 16);
      if (count > 2) v128.store(target, v128.shuffle<f32>(rgHigh, bOneHigh, 0, 1, 4, 5), 32);
      if (count > 3) v128.store(target, v128.shuffle<f32>(rgHigh, bOneHigh, 2, 3, 6, 7), 48);
      at += 16;
      target += 64;
    }
  }
}

/** Places along one axis brought to where there are pixels or zeros; what is no number goes to the low end. */
function inside(place: v128, length: i32, border: i32, nearest: i32): v128 {
  let value = place;
  let low: f32 = 0;
  const last: i32 = length - 1;
  let high = <f32>last;
  if (border === 0) {
    low = -1;
    high = <f32>length;
  } else if (border === 2) {
    const steps: i32 = 2 * (length - 1);
    const period = f32x4.splat(<f32>steps);
    const distance = f32x4.abs(value);
    const turns = f32x4.floor(f32x4.div(distance, period));
    const rest = f32x4.abs(f32x4.sub(distance, f32x4.mul(turns, period)));
    value = f32x4.pmin(rest, f32x4.sub(period, rest));
  }
  value = f32x4.pmin(f32x4.pmax(f32x4.splat(low), value), f32x4.splat(high));
  return nearest ? f32x4.nearest(value) : value;
}

function firsts(lanes: v128): v128 {
  return v128.shuffle<f32>(lanes, lanes, 0, 0, 0, 0);
}

function seconds(lanes: v128): v128 {
  return v128.shuffle<f32>(lanes, lanes, 1, 1, 1, 1);
}

function thirds(lanes: v128): v128 {
  return v128.shuffle<f32>(lanes, lanes, 2, 2, 2, 2);
}

function fourths(lanes: v128): v128 {
  return v128.shuffle<f32>(lanes, lanes, 3, 3, 3, 3);
}

/** Four pixels around a place, weighed; rounding never takes the result out of their range. */
function weigh(at: usize, below: usize, a: v128, b: v128, c: v128, d: v128): v128 {
  const p = v128.load(at);
  const q = v128.load(at, 16);
  const r = v128.load(at + below);
  const s = v128.load(at + below, 16);
  const sum = f32x4.add(f32x4.add(f32x4.add(f32x4.mul(p, a), f32x4.mul(q, b)), f32x4.mul(r, c)), f32x4.mul(s, d));
  const low = f32x4.pmin(f32x4.pmin(p, q), f32x4.pmin(r, s));
  const high = f32x4.pmax(f32x4.pmax(p, q), f32x4.pmax(r, s));
  return f32x4.pmin(f32x4.pmax(sum, low), high);
}

function blended(pixel: v128, fill: v128): v128 {
  const share = fourths(pixel);
  return f32x4.add(f32x4.mul(pixel, share), f32x4.mul(fill, f32x4.sub(f32x4.splat(1), share)));
}

/** Up to four pixels as lanes of three planes. */
function storePixels(p0: v128, p1: v128, p2: v128, p3: v128, to: usize, toStride: i32, count: i32): void {
  const a = v128.shuffle<f32>(p0, p1, 0, 4, 1, 5); // R0 R1 G0 G1
  const b = v128.shuffle<f32>(p2, p3, 0, 4, 1, 5); // R2 R3 G2 G3
  const c = v128.shuffle<f32>(p0, p1, 2, 6, 3, 7); // B0 B1 - -
  const d = v128.shuffle<f32>(p2, p3, 2, 6, 3, 7); // B2 B3 - -
  storePart(to, v128.shuffle<f32>(a, b, 0, 1, 4, 5), count);
  storePart(to + <usize>toStride, v128.shuffle<f32>(a, b, 2, 3, 6, 7), count);
  storePart(to + <usize>(2 * toStride), v128.shuffle<f32>(c, d, 0, 1, 4, 5), count);
}
