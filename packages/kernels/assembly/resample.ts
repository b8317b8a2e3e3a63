import { clampLanes, storePart } from './lanes';

/** Three planes of floats that lie `stride` bytes apart: for each output row the columns are weighed into an interleaved `row`, then the row. */
export function resamplePlanes(
  from: usize,
  stride: i32,
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
): void {
  for (let y = 0; y < rows; y++) {
    const first = from + ((<usize>(load<i32>(rowStarts + ((<usize>y) << 2)) * width)) << 2);
    weighPlanes(first, stride, width, rowWeights + ((<usize>(y * rowTaps)) << 2), rowTaps, row);
    weighRow(row, columns, columnTaps, columnStarts, columnWeights, to + ((<usize>(y * columns)) << 2), toStride, low, high);
  }
}

/** Four pixels of three planes at a time, written interleaved. */
function weighPlanes(first: usize, stride: i32, width: i32, weights: usize, taps: i32, row: usize): void {
  const end = weights + ((<usize>taps) << 2);
  const step = (<usize>width) << 2;
  for (let x = 0; x < width; x += 4) {
    let r = f32x4.splat(0);
    let g = f32x4.splat(0);
    let b = f32x4.splat(0);
    let at = first + ((<usize>x) << 2);
    for (let w = weights; w < end; w += 4) {
      const weight = v128.load_splat<f32>(w);
      r = f32x4.add(r, f32x4.mul(weight, v128.load(at)));
      g = f32x4.add(g, f32x4.mul(weight, v128.load(at + <usize>stride)));
      b = f32x4.add(b, f32x4.mul(weight, v128.load(at + <usize>(2 * stride))));
      at += step;
    }
    const rg = v128.shuffle<f32>(r, g, 0, 4, 1, 5);
    const rgHigh = v128.shuffle<f32>(r, g, 2, 6, 3, 7);
    const target = row + <usize>(x * 12);
    v128.store(target, v128.shuffle<f32>(rg, b, 0, 1, 4, 2)); // R0 G0 B0 R1
    v128.store(target, v128.shuffle<f32>(v128.shuffle<f32>(rg, b, 3, 5, 3, 5), rgHigh, 0, 1, 4, 5), 16); // G1 B1 R2 G2
    v128.store(target, v128.shuffle<f32>(b, rgHigh, 2, 6, 7, 3), 32); // B2 R3 G3 B3
  }
}

/** Four output pixels at a time, each in a vector R G B -, which are then turned into lanes of three planes. */
function weighRow(
  row: usize,
  columns: i32,
  taps: i32,
  starts: usize,
  weights: usize,
  to: usize,
  toStride: i32,
  low: f32,
  high: f32,
): void {
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  const step = (<usize>taps) << 2;
  let w = weights;
  for (let x = 0; x < columns; x += 4) {
    const s = starts + ((<usize>x) << 2);
    let at0 = row + <usize>(load<i32>(s) * 12);
    let at1 = row + <usize>(load<i32>(s, 4) * 12);
    let at2 = row + <usize>(load<i32>(s, 8) * 12);
    let at3 = row + <usize>(load<i32>(s, 12) * 12);
    let p0 = f32x4.splat(0);
    let p1 = f32x4.splat(0);
    let p2 = f32x4.splat(0);
    let p3 = f32x4.splat(0);
    const end = w + step;
    for (; w < end; w += 4) {
      p0 = f32x4.add(p0, f32x4.mul(v128.load_splat<f32>(w), v128.load(at0)));
      p1 = f32x4.add(p1, f32x4.mul(v128.load_splat<f32>(w + step), v128.load(at1)));
      p2 = f32x4.add(p2, f32x4.mul(v128.load_splat<f32>(w + 2 * step), v128.load(at2)));
      p3 = f32x4.add(p3, f32x4.mul(v128.load_splat<f32>(w + 3 * step), v128.load(at3)));
      at0 += 12;
      at1 += 12;
      at2 += 12;
      at3 += 12;
    }
    w += 3 * step;
    const a = v128.shuffle<f32>(p0, p1, 0, 4, 1, 5); // R0 R1 G0 G1
    const b = v128.shuffle<f32>(p2, p3, 0, 4, 1, 5); // R2 R3 G2 G3
    const c = v128.shuffle<f32>(p0, p1, 2, 6, 3, 7); // B0 B1 - -
    const d = v128.shuffle<f32>(p2, p3, 2, 6, 3, 7); // B2 B3 - -
    const target = to + ((<usize>x) << 2);
    const count = columns - x;
    storePart(target, clampLanes(v128.shuffle<f32>(a, b, 0, 1, 4, 5), lowest, highest), count);
    storePart(target + <usize>toStride, clampLanes(v128.shuffle<f32>(a, b, 2, 3, 6, 7), lowest, highest), count);
    storePart(target + <usize>(2 * toStride), clampLanes(v128.shuffle<f32>(c, d, 0, 1, 4, 5), lowest, highest), count);
  }
}
