import { highFloats, lowFloats } from './lanes';

/** Interleaved RGB rows to three planes: byte / 255. */
export function bytesToPlanes(from: usize, rowStride: i32, height: i32, width: i32, to: usize): void {
  const plane = (<usize>(height * width)) << 2;
  for (let y = 0; y < height; y++) {
    const row = from + <usize>(y * rowStride);
    const line = to + ((<usize>(y * width)) << 2);
    let x = 0;
    for (; x + 16 <= width; x += 16) {
      const at = row + <usize>(x * 3);
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at, 32);
      const target = line + ((<usize>x) << 2);
      store16(target, red(a, b, c));
      store16(target + plane, green(a, b, c));
      store16(target + 2 * plane, blue(a, b, c));
    }
    for (; x < width; x++) {
      const at = row + <usize>(x * 3);
      const target = line + ((<usize>x) << 2);
      store<f32>(target, <f32>load<u8>(at) / 255);
      store<f32>(target + plane, <f32>load<u8>(at, 1) / 255);
      store<f32>(target + 2 * plane, <f32>load<u8>(at, 2) / 255);
    }
  }
}

function store16(to: usize, bytes: v128): void {
  const whole = f32x4.splat(255);
  const low = i16x8.extend_low_i8x16_u(bytes);
  const high = i16x8.extend_high_i8x16_u(bytes);
  v128.store(to, f32x4.div(lowFloats(low), whole));
  v128.store(to, f32x4.div(highFloats(low), whole), 16);
  v128.store(to, f32x4.div(lowFloats(high), whole), 32);
  v128.store(to, f32x4.div(highFloats(high), whole), 48);
}

// Every third byte of 48, from byte 0, 1 or 2 on: first those of `a` and `b`, then those of `c` behind them.
function red(a: v128, b: v128, c: v128): v128 {
  const ab = i8x16.shuffle(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0);
  return i8x16.shuffle(ab, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
}

function green(a: v128, b: v128, c: v128): v128 {
  const ab = i8x16.shuffle(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0);
  return i8x16.shuffle(ab, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
}

function blue(a: v128, b: v128, c: v128): v128 {
  const ab = i8x16.shuffle(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0);
  return i8x16.shuffle(ab, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
}
