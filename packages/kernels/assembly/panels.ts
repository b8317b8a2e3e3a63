/** Rows on their way to products: their lengths, and panels of 8 of them. */

/** At `to`, as float64: the sum of the squares of each row, four sums of every fourth term, the first to the third and second to the fourth added. */
export function squareSums(from: usize, n: i32, d: i32, to: usize): void {
  const whole = d & ~3;
  for (let row = 0; row < n; row++) {
    const at = from + ((<usize>row * <usize>d) << 2);
    let low = f64x2.splat(0);
    let high = low;
    for (let k = 0; k < whole; k += 4) {
      const x = v128.load(at + ((<usize>k) << 2));
      const first = f64x2.promote_low_f32x4(x);
      const second = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
      low = f64x2.add(low, f64x2.mul(first, first));
      high = f64x2.add(high, f64x2.mul(second, second));
    }
    const sums = f64x2.add(low, high);
    let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
    for (let k = whole; k < d; k++) {
      const x = <f64>load<f32>(at + ((<usize>k) << 2));
      sum += x * x;
    }
    store<f64>(to + ((<usize>row) << 3), sum);
  }
}

/** Rows times a float64 factor each, rounded, as panels: term k of row r at `to + ((r >> 3) * 8 * d + 8 * k + (r & 7)) * 4`; n is a multiple of 8. */
export function packScaled(from: usize, n: i32, d: i32, factors: usize, to: usize): void {
  const row = (<usize>d) << 2;
  const whole = d & ~3;
  for (let r = 0; r < n; r += 4) {
    const at = from + <usize>r * row;
    const f = factors + ((<usize>r) << 3);
    const f0 = v128.load64_splat(f);
    const f1 = v128.load64_splat(f, 8);
    const f2 = v128.load64_splat(f, 16);
    const f3 = v128.load64_splat(f, 24);
    let out = to + <usize>(r >> 3) * (row << 3) + ((<usize>(r & 7)) << 2);
    for (let k = 0; k < whole; k += 4) {
      const x = at + ((<usize>k) << 2);
      const a = scaled(v128.load(x), f0);
      const b = scaled(v128.load(x + row), f1);
      const c = scaled(v128.load(x + 2 * row), f2);
      const e = scaled(v128.load(x + 3 * row), f3);
      const p = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const q = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const s = v128.shuffle<i32>(c, e, 0, 4, 1, 5);
      const t = v128.shuffle<i32>(c, e, 2, 6, 3, 7);
      v128.store(out, v128.shuffle<i64>(p, s, 0, 2));
      v128.store(out, v128.shuffle<i64>(p, s, 1, 3), 32);
      v128.store(out, v128.shuffle<i64>(q, t, 0, 2), 64);
      v128.store(out, v128.shuffle<i64>(q, t, 1, 3), 96);
      out += 128;
    }
    for (let k = whole; k < d; k++) {
      for (let lane = 0; lane < 4; lane++) {
        const x = load<f32>(at + <usize>lane * row + ((<usize>k) << 2));
        store<f32>(out + ((<usize>lane) << 2), <f32>(<f64>x * load<f64>(f + ((<usize>lane) << 3))));
      }
      out += 32;
    }
  }
}

function scaled(x: v128, factor: v128): v128 {
  const low = f32x4.demote_f64x2_zero(f64x2.mul(f64x2.promote_low_f32x4(x), factor));
  const high = f32x4.demote_f64x2_zero(f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3)), factor));
  return v128.shuffle<i64>(low, high, 0, 2);
}
