import { clampLanes, storePart } from './lanes';

/**
 * One symmetric kernel along columns, then along rows. `rows` and `columns` say which position stands where along each bordered axis
 * (-1: zeros). Sums are clamped to [0, 1]; `factors` holds mean and inverse deviation of each plane. `addresses` has room for as many numbers as `rows`; `line` for one bordered row and 16 values more.
 */
export function blurPlanes(
  from: usize,
  count: i32,
  height: i32,
  width: i32,
  weights: usize,
  radius: i32,
  rows: usize,
  columns: usize,
  zeros: usize,
  addresses: usize,
  line: usize,
  factors: usize,
  to: usize,
): void {
  const center = line + ((<usize>radius) << 2);
  for (let plane = 0; plane < count; plane++) {
    writeAddresses(from + ((<usize>(plane * height * width)) << 2), width, height + 2 * radius, rows, zeros, addresses);
    for (let y = 0; y < height; y++) {
      weighColumns(addresses + ((<usize>(y + radius)) << 2), width, weights, radius, center);
      fillBorder(line, width, radius, columns);
      const target = to + ((<usize>((plane * height + y) * width)) << 2);
      weighRow(
        center,
        width,
        weights,
        radius,
        load<f32>(factors + ((<usize>plane) << 3)),
        load<f32>(factors + ((<usize>plane) << 3), 4),
        target,
      );
    }
  }
}

function writeAddresses(source: usize, width: i32, count: i32, rows: usize, zeros: usize, addresses: usize): void {
  for (let i = 0; i < count; i++) {
    const row = load<i32>(rows + ((<usize>i) << 2));
    store<usize>(addresses + ((<usize>i) << 2), row < 0 ? zeros : source + ((<usize>(row * width)) << 2));
  }
}

/** Sixteen columns at a time; up to 15 values behind the row are written too, where the border comes next. */
function weighColumns(rows: usize, width: i32, weights: usize, radius: i32, to: usize): void {
  const last = (<usize>radius) << 2;
  const centerWeight = v128.load_splat<f32>(weights);
  const middle = load<usize>(rows);
  for (let x = 0; x < width; x += 16) {
    const at = (<usize>x) << 2;
    let a = f32x4.mul(centerWeight, v128.load(middle + at));
    let b = f32x4.mul(centerWeight, v128.load(middle + at, 16));
    let c = f32x4.mul(centerWeight, v128.load(middle + at, 32));
    let d = f32x4.mul(centerWeight, v128.load(middle + at, 48));
    for (let k: usize = 4; k <= last; k += 4) {
      const weight = v128.load_splat<f32>(weights + k);
      const above = load<usize>(rows - k) + at;
      const below = load<usize>(rows + k) + at;
      a = f32x4.add(a, f32x4.mul(weight, f32x4.add(v128.load(above), v128.load(below))));
      b = f32x4.add(b, f32x4.mul(weight, f32x4.add(v128.load(above, 16), v128.load(below, 16))));
      c = f32x4.add(c, f32x4.mul(weight, f32x4.add(v128.load(above, 32), v128.load(below, 32))));
      d = f32x4.add(d, f32x4.mul(weight, f32x4.add(v128.load(above, 48), v128.load(below, 48))));
    }
    v128.store(to + at, a);
    v128.store(to + at, b, 16);
    v128.store(to + at, c, 32);
    v128.store(to + at, d, 48);
  }
}

function fillBorder(line: usize, width: i32, radius: i32, columns: usize): void {
  const center = line + ((<usize>radius) << 2);
  for (let i = 0; i < radius; i++) {
    const right = radius + width + i;
    const before = load<i32>(columns + ((<usize>i) << 2));
    const after = load<i32>(columns + ((<usize>right) << 2));
    store<f32>(line + ((<usize>i) << 2), before < 0 ? 0 : load<f32>(center + ((<usize>before) << 2)));
    store<f32>(line + ((<usize>right) << 2), after < 0 ? 0 : load<f32>(center + ((<usize>after) << 2)));
  }
}

/** Sixteen values at a time, from a row with its border. */
function weighRow(center: usize, width: i32, weights: usize, radius: i32, mean: f32, inverse: f32, to: usize): void {
  const means = f32x4.splat(mean);
  const inverses = f32x4.splat(inverse);
  const last = (<usize>radius) << 2;
  const centerWeight = v128.load_splat<f32>(weights);
  for (let x = 0; x < width; x += 16) {
    const at = center + ((<usize>x) << 2);
    let a = f32x4.mul(centerWeight, v128.load(at));
    let b = f32x4.mul(centerWeight, v128.load(at, 16));
    let c = f32x4.mul(centerWeight, v128.load(at, 32));
    let d = f32x4.mul(centerWeight, v128.load(at, 48));
    for (let k: usize = 4; k <= last; k += 4) {
      const weight = v128.load_splat<f32>(weights + k);
      const left = at - k;
      const right = at + k;
      a = f32x4.add(a, f32x4.mul(weight, f32x4.add(v128.load(left), v128.load(right))));
      b = f32x4.add(b, f32x4.mul(weight, f32x4.add(v128.load(left, 16), v128.load(right, 16))));
      c = f32x4.add(c, f32x4.mul(weight, f32x4.add(v128.load(left, 32), v128.load(right, 32))));
      d = f32x4.add(d, f32x4.mul(weight, f32x4.add(v128.load(left, 48), v128.load(right, 48))));
    }
    const target = to + ((<usize>x) << 2);
    const count = width - x;
    storePart(target, normalized(a, means, inverses), count);
    if (count > 4) storePart(target + 16, normalized(b, means, inverses), count - 4);
    if (count > 8) storePart(target + 32, normalized(c, means, inverses), count - 8);
    if (count > 12) storePart(target + 48, normalized(d, means, inverses), count - 12);
  }
}

function normalized(value: v128, means: v128, inverses: v128): v128 {
  return f32x4.mul(f32x4.sub(clampLanes(value, f32x4.splat(0), f32x4.splat(1)), means), inverses);
}
