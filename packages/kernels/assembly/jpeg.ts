import { degradeBlocks, whole } from './jpeg-blocks';
import { clampLanes, storePart } from './lanes';

// Scratch: three planes of whole 16 x 16 squares (luma and both chromas), two of half their height and width, two lines, two blocks.

/**
 * What 8-bit JPEG coding leaves of planes in [0, 1]: three are RGB, with chroma at half height and width; any other number are gray, one
 * by one. `cosines` are the two matrices of the DCT, 64 floats each; `steps` the 64 quantization steps of luma, then of chroma.
 */
export function jpegPlanes(
  from: usize,
  count: i32,
  height: i32,
  width: i32,
  cosines: usize,
  steps: usize,
  scratch: usize,
  to: usize,
): void {
  const rows = (height + 15) & ~15;
  const columns = (width + 15) & ~15;
  const size = (<usize>(height * width)) << 2;
  const apart = (<usize>(rows * columns)) << 2;
  const halves = scratch + 3 * apart;
  const line = halves + (apart >> 1);
  const block = line + ((<usize>(columns + 32)) << 2);
  if (count === 3) {
    readColors(from, size, height, width, scratch, apart, rows, columns);
    halve(scratch + apart, rows, columns, halves);
    halve(scratch + 2 * apart, rows, columns, halves + (apart >> 2));
    degradeBlocks(scratch, rows, columns, cosines, steps, block);
    degradeBlocks(halves, rows >> 1, columns >> 1, cosines, steps + 256, block);
    degradeBlocks(halves + (apart >> 2), rows >> 1, columns >> 1, cosines, steps + 256, block);
    enlarge(halves, height, width, columns, line, scratch + apart);
    enlarge(halves + (apart >> 2), height, width, columns, line, scratch + 2 * apart);
    writeColors(scratch, apart, columns, to, size, height, width);
  } else {
    for (let plane = 0; plane < count; plane++) {
      const at = <usize>plane * size;
      readGray(from + at, height, width, scratch, rows, columns);
      degradeBlocks(scratch, rows, columns, cosines, steps, block);
      writeGray(scratch, columns, to + at, height, width);
    }
  }
}

/** Bytes as floats: floor(255 v + 0.5). */
function levels(at: usize): v128 {
  const value = clampLanes(v128.load(at), f32x4.splat(0), f32x4.splat(1));
  return whole(f32x4.mul(value, f32x4.splat(255)));
}

/** A weighted sum, rounded: coders take whole samples. */
function weigh(r: v128, g: v128, b: v128, red: f32, green: f32, blue: f32): v128 {
  const both = f32x4.add(f32x4.mul(f32x4.splat(red), r), f32x4.mul(f32x4.splat(green), g));
  return whole(f32x4.add(both, f32x4.mul(f32x4.splat(blue), b)));
}

/** Luma - 128 and both chromas; beyond the edges are the nearest values. */
function readColors(from: usize, size: usize, height: i32, width: i32, to: usize, apart: usize, rows: i32, columns: i32): void {
  const middle = f32x4.splat(128);
  for (let y = 0; y < rows; y++) {
    const source = from + ((<usize>(min(y, height - 1) * width)) << 2);
    const target = to + ((<usize>(y * columns)) << 2);
    for (let x = 0; x < width; x += 4) {
      const at = (<usize>x) << 2;
      const r = levels(source + at);
      const g = levels(source + at + size);
      const b = levels(source + at + 2 * size);
      v128.store(target + at, f32x4.sub(weigh(r, g, b, 0.299, 0.587, 0.114), middle));
      v128.store(target + at + apart, weigh(r, g, b, -0.168736, -0.331264, 0.5));
      v128.store(target + at + 2 * apart, weigh(r, g, b, 0.5, -0.418688, -0.081312));
    }
    for (let c: usize = 0; c < 3; c++) extend(target + c * apart, width, columns);
  }
}

function readGray(from: usize, height: i32, width: i32, to: usize, rows: i32, columns: i32): void {
  const middle = f32x4.splat(128);
  for (let y = 0; y < rows; y++) {
    const source = from + ((<usize>(min(y, height - 1) * width)) << 2);
    const target = to + ((<usize>(y * columns)) << 2);
    for (let x = 0; x < width; x += 4)
      v128.store(target + ((<usize>x) << 2), f32x4.sub(levels(source + ((<usize>x) << 2)), middle));
    extend(target, width, columns);
  }
}

/** Repeats the last of `width` values up to `columns`. */
function extend(row: usize, width: i32, columns: i32): void {
  const last = load<f32>(row + ((<usize>(width - 1)) << 2));
  for (let x = width; x < columns; x++) store<f32>(row + ((<usize>x) << 2), last);
}

/** Means of 2 x 2 values, rounded. */
function halve(from: usize, rows: i32, columns: i32, to: usize): void {
  const row = (<usize>columns) << 2;
  let target = to;
  for (let y = 0; y < rows; y += 2) {
    const source = from + <usize>y * row;
    for (let at: usize = 0; at < row; at += 32) {
      const first = f32x4.add(v128.load(source + at), v128.load(source + at + row));
      const second = f32x4.add(v128.load(source + at, 16), v128.load(source + at + row, 16));
      const sums = f32x4.add(v128.shuffle<f32>(first, second, 0, 2, 4, 6), v128.shuffle<f32>(first, second, 1, 3, 5, 7));
      v128.store(target, whole(f32x4.mul(sums, f32x4.splat(0.25))));
      target += 16;
    }
  }
}

/** Twice the height and width: three quarters of the nearest value and one of the next, along both axes. */
function enlarge(from: usize, height: i32, width: i32, columns: i32, line: usize, to: usize): void {
  const lastRow = ((height + 1) >> 1) - 1;
  const count = (width + 1) >> 1;
  const stride = (<usize>columns) << 1;
  const center = line + 16;
  const most = f32x4.splat(0.75);
  const rest = f32x4.splat(0.25);
  for (let y = 0; y < height; y++) {
    const near = y >> 1;
    const far = min(lastRow, max(0, (y & 1) === 1 ? near + 1 : near - 1));
    const one = from + <usize>near * stride;
    const other = from + <usize>far * stride;
    for (let x = 0; x < count; x += 4) {
      const at = (<usize>x) << 2;
      v128.store(center + at, f32x4.add(f32x4.mul(most, v128.load(one + at)), f32x4.mul(rest, v128.load(other + at))));
    }
    store<f32>(center - 4, load<f32>(center));
    store<f32>(center + ((<usize>count) << 2), load<f32>(center + ((<usize>(count - 1)) << 2)));
    const target = to + ((<usize>(y * columns)) << 2);
    for (let x = 0; x < count; x += 4) {
      const at = (<usize>x) << 2;
      const nearest = f32x4.mul(most, v128.load(center + at));
      const even = f32x4.add(nearest, f32x4.mul(rest, v128.load(center + at - 4)));
      const odd = f32x4.add(nearest, f32x4.mul(rest, v128.load(center + at + 4)));
      v128.store(target + 2 * at, v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
      v128.store(target + 2 * at, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16);
    }
  }
}

/** Levels rounded, halves up, and divided by 255. */
function intensities(value: v128): v128 {
  const inside = clampLanes(value, f32x4.splat(0), f32x4.splat(255));
  return f32x4.div(whole(inside), f32x4.splat(255));
}

function writeColors(from: usize, apart: usize, columns: i32, to: usize, size: usize, height: i32, width: i32): void {
  const middle = f32x4.splat(128);
  for (let y = 0; y < height; y++) {
    const source = from + ((<usize>(y * columns)) << 2);
    const target = to + ((<usize>(y * width)) << 2);
    for (let x = 0; x < width; x += 4) {
      const at = (<usize>x) << 2;
      const luma = f32x4.add(v128.load(source + at), middle);
      const blue = v128.load(source + at + apart);
      const red = v128.load(source + at + 2 * apart);
      const green = f32x4.sub(f32x4.sub(luma, f32x4.mul(f32x4.splat(0.344136), blue)), f32x4.mul(f32x4.splat(0.714136), red));
      storePart(target + at, intensities(f32x4.add(luma, f32x4.mul(f32x4.splat(1.402), red))), width - x);
      storePart(target + at + size, intensities(green), width - x);
      storePart(target + at + 2 * size, intensities(f32x4.add(luma, f32x4.mul(f32x4.splat(1.772), blue))), width - x);
    }
  }
}

function writeGray(from: usize, columns: i32, to: usize, height: i32, width: i32): void {
  const middle = f32x4.splat(128);
  for (let y = 0; y < height; y++) {
    const source = from + ((<usize>(y * columns)) << 2);
    const target = to + ((<usize>(y * width)) << 2);
    for (let x = 0; x < width; x += 4) {
      const at = (<usize>x) << 2;
      storePart(target + at, intensities(f32x4.add(v128.load(source + at), middle)), width - x);
    }
  }
}
