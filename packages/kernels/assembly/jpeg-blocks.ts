import { clampLanes } from './lanes';

// Adding and subtracting 1.5 * 2^23 rounds a float below 2^22 to a whole number, halves to the even one.
const rounder: f32 = 12582912;

/** Rounded to whole numbers, halves up. */
export function whole(value: v128): v128 {
  return f32x4.floor(f32x4.add(value, f32x4.splat(0.5)));
}

/**
 * In place: every 8 x 8 block of a plane whose sides are multiples of 8, transformed, rounded to multiples of its quantization steps,
 * transformed back, rounded and clamped to [-128, 127]. `block` has room for two blocks.
 */
export function degradeBlocks(plane: usize, rows: i32, columns: i32, cosines: usize, steps: usize, block: usize): void {
  const stride = (<usize>columns) << 2;
  const turned = cosines + 256;
  const other = block + 256;
  for (let y = 0; y < rows; y += 8) {
    for (let x = 0; x < columns; x += 8) {
      const at = plane + <usize>y * stride + ((<usize>x) << 2);
      multiply(cosines, 32, at, stride, block, 32);
      multiply(block, 32, turned, 32, other, 32);
      quantize(other, steps);
      multiply(turned, 32, other, 32, block, 32);
      multiply(block, 32, cosines, 32, at, stride);
      clampBlock(at, stride);
    }
  }
}

/** The product of two 8 x 8 matrices, whose rows lie so many bytes apart; sums from the first term to the last. */
function multiply(left: usize, leftStride: usize, right: usize, rightStride: usize, to: usize, toStride: usize): void {
  for (let i: usize = 0; i < 8; i++) {
    const row = left + i * leftStride;
    let weight = v128.load_splat<f32>(row);
    let low = f32x4.mul(weight, v128.load(right));
    let high = f32x4.mul(weight, v128.load(right, 16));
    for (let k: usize = 1; k < 8; k++) {
      const line = right + k * rightStride;
      weight = v128.load_splat<f32>(row + (k << 2));
      low = f32x4.add(low, f32x4.mul(weight, v128.load(line)));
      high = f32x4.add(high, f32x4.mul(weight, v128.load(line, 16)));
    }
    v128.store(to + i * toStride, low);
    v128.store(to + i * toStride, high, 16);
  }
}

function quantize(block: usize, steps: usize): void {
  const big = f32x4.splat(rounder);
  for (let at: usize = 0; at < 256; at += 16) {
    const step = v128.load(steps + at);
    const count = f32x4.sub(f32x4.add(f32x4.div(v128.load(block + at), step), big), big);
    v128.store(block + at, f32x4.mul(count, step));
  }
}

function clampBlock(block: usize, stride: usize): void {
  const low = f32x4.splat(-128);
  const high = f32x4.splat(127);
  for (let i: usize = 0; i < 8; i++) {
    const at = block + i * stride;
    v128.store(at, clampLanes(whole(v128.load(at)), low, high));
    v128.store(at, clampLanes(whole(v128.load(at, 16)), low, high), 16);
  }
}
