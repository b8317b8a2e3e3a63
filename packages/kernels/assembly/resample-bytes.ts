import { clampLanes, storePart } from './lanes';

/**
 * Rows of interleaved bytes to three planes in 16-bit fixed point: for each output row the columns are weighed into `row`, then the
 * row. Weights have 14 bits behind the point and lie in pairs, two taps in 32 bits; values of `row` have 14 - `shift` bits there.
 */
export function resampleBytes(
  from: usize,
  rowStride: i32,
  width: i32,
  to: usize,
  toStride: i32,
  rows: i32,
  rowTaps: i32,
  rowStarts: usize,
  rowWeights: usize,
  columns: i32,
  columnTaps: i32,
  columnStarts: usize,
  columnWeights: usize,
  row: usize,
  low: f32,
  high: f32,
  shift: i32,
  scale: f32,
): void {
  const rowStep = (<usize>((rowTaps + 1) >> 1)) << 2;
  const columnStep = (<usize>((columnTaps + 1) >> 1)) << 2;
  for (let y = 0; y < rows; y++) {
    const first = from + <usize>(load<i32>(rowStarts + ((<usize>y) << 2)) * rowStride);
    weighColumns(first, rowStride, width * 3, rowWeights + <usize>y * rowStep, rowTaps, row, shift);
    const target = to + ((<usize>(y * columns)) << 2);
    weighRow(row, columns, columnStep, columnStarts, columnWeights, target, toStride, low, high, scale);
  }
}

/** Sixteen bytes of two taps at a time. Up to 15 values behind the row are written too; nothing that counts reads them. */
function weighColumns(first: usize, rowStride: i32, count: i32, weights: usize, taps: i32, row: usize, shift: i32): void {
  const last = weights + ((<usize>(taps >> 1)) << 2);
  const isOdd = (taps & 1) === 1;
  const half = i32x4.splat((1 << shift) >> 1);
  const step = <usize>rowStride;
  const zeros = i32x4.splat(0);
  for (let i = 0; i < count; i += 16) {
    let a = half;
    let b = half;
    let c = half;
    let d = half;
    let at = first + <usize>i;
    let w = weights;
    for (; w < last; w += 4) {
      const weight = v128.load_splat<i32>(w);
      const above = v128.load(at);
      const below = v128.load(at + step);
      const low = v128.shuffle<i8>(above, below, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high = v128.shuffle<i8>(above, below, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(low), weight));
      b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(low), weight));
      c = i32x4.add(c, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(high), weight));
      d = i32x4.add(d, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(high), weight));
      at += 2 * step;
    }
    if (isOdd) {
      const weight = v128.load_splat<i32>(w);
      const above = v128.load(at);
      const low = v128.shuffle<i8>(above, zeros, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high = v128.shuffle<i8>(above, zeros, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(low), weight));
      b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(low), weight));
      c = i32x4.add(c, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(high), weight));
      d = i32x4.add(d, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(high), weight));
    }
    const target = row + ((<usize>i) << 1);
    v128.store(target, i16x8.narrow_i32x4_s(i32x4.shr_s(a, shift), i32x4.shr_s(b, shift)));
    v128.store(target, i16x8.narrow_i32x4_s(i32x4.shr_s(c, shift), i32x4.shr_s(d, shift)), 16);
  }
}

/** Two neighboring pixels R G B R G B - - as the pairs R R G G B B - -. */
function pairs(at: usize): v128 {
  const pixels = v128.load(at);
  return v128.shuffle<i16>(pixels, pixels, 0, 3, 1, 4, 2, 5, 6, 7);
}

/** Four output pixels at a time, each in a vector R G B -, which are then turned into lanes of three planes. */
function weighRow(
  row: usize,
  columns: i32,
  step: usize,
  starts: usize,
  weights: usize,
  to: usize,
  toStride: i32,
  low: f32,
  high: f32,
  scale: f32,
): void {
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  const scales = f32x4.splat(scale);
  let w = weights;
  for (let x = 0; x < columns; x += 4) {
    const s = starts + ((<usize>x) << 2);
    let at0 = row + <usize>(load<i32>(s) * 6);
    let at1 = row + <usize>(load<i32>(s, 4) * 6);
    let at2 = row + <usize>(load<i32>(s, 8) * 6);
    let at3 = row + <usize>(load<i32>(s, 12) * 6);
    let p0 = i32x4.splat(0);
    let p1 = i32x4.splat(0);
    let p2 = i32x4.splat(0);
    let p3 = i32x4.splat(0);
    const end = w + step;
    for (; w < end; w += 4) {
      p0 = i32x4.add(p0, i32x4.dot_i16x8_s(pairs(at0), v128.load_splat<i32>(w)));
      p1 = i32x4.add(p1, i32x4.dot_i16x8_s(pairs(at1), v128.load_splat<i32>(w + step)));
      p2 = i32x4.add(p2, i32x4.dot_i16x8_s(pairs(at2), v128.load_splat<i32>(w + 2 * step)));
      p3 = i32x4.add(p3, i32x4.dot_i16x8_s(pairs(at3), v128.load_splat<i32>(w + 3 * step)));
      at0 += 12;
      at1 += 12;
      at2 += 12;
      at3 += 12;
    }
    w += 3 * step;
    const a = v128.shuffle<i32>(p0, p1, 0, 4, 1, 5); // R0 R1 G0 G1
    const b = v128.shuffle<i32>(p2, p3, 0, 4, 1, 5); // R2 R3 G2 G3
    const c = v128.shuffle<i32>(p0, p1, 2, 6, 3, 7); // B0 B1 - -
    const d = v128.shuffle<i32>(p2, p3, 2, 6, 3, 7); // B2 B3 - -
    const target = to + ((<usize>x) << 2);
    const count = columns - x;
    storePart(target, scaled(v128.shuffle<i32>(a, b, 0, 1, 4, 5), scales, lowest, highest), count);
    storePart(target + <usize>toStride, scaled(v128.shuffle<i32>(a, b, 2, 3, 6, 7), scales, lowest, highest), count);
    storePart(target + <usize>(2 * toStride), scaled(v128.shuffle<i32>(c, d, 0, 1, 4, 5), scales, lowest, highest), count);
  }
}

function scaled(sums: v128, scales: v128, lowest: v128, highest: v128): v128 {
  return clampLanes(f32x4.mul(f32x4.convert_i32x4_s(sums), scales), lowest, highest);
}
