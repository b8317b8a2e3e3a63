/** Sums of products in float32, each sum in ascending order of its terms; columns in panels of 8. */

/**
 * to[r][c] = scale * sum over k of a(r, k) * b(k, c), added to what stands in `to` where `add` is not 0.
 *
 * a(r, k) lies at `a + r * aRow + k * aStep`, b(k, c) of panel p at `b + p * bPanel + k * bStep + (c & 7) * 4`, so that row-major
 * matrices (a panel every 32 bytes) and packed ones (a step of 32 bytes) are read alike. Rows of `to` are `toRow` bytes apart;
 * whole panels are written.
 */
export function multiplyPanels(
  a: usize,
  aRow: usize,
  aStep: usize,
  rows: i32,
  b: usize,
  bPanel: usize,
  bStep: usize,
  panels: i32,
  depth: i32,
  scale: f32,
  to: usize,
  toRow: usize,
  add: i32,
): void {
  const whole = rows & ~3;
  for (let p = 0; p < panels; p++) {
    const panel = b + <usize>p * bPanel;
    const out = to + ((<usize>p) << 5);
    for (let r = 0; r < whole; r += 4) {
      fourRows(a + <usize>r * aRow, aRow, aStep, panel, bStep, depth, scale, out + <usize>r * toRow, toRow, add);
    }
    for (let r = whole; r < rows; r++) {
      oneRow(a + <usize>r * aRow, aStep, panel, bStep, depth, scale, out + <usize>r * toRow, add);
    }
  }
}

function fourRows(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  depth: i32,
  scale: f32,
  to: usize,
  toRow: usize,
  add: i32,
): void {
  let p0 = f32x4.splat(0);
  let p1 = p0;
  let q0 = p0;
  let q1 = p0;
  let r0 = p0;
  let r1 = p0;
  let s0 = p0;
  let s1 = p0;
  let second = a + aRow;
  let third = second + aRow;
  let fourth = third + aRow;
  for (let k = 0; k < depth; k++) {
    const low = v128.load(b);
    const high = v128.load(b, 16);
    const x = v128.load32_splat(a);
    p0 = f32x4.add(p0, f32x4.mul(x, low));
    p1 = f32x4.add(p1, f32x4.mul(x, high));
    const y = v128.load32_splat(second);
    q0 = f32x4.add(q0, f32x4.mul(y, low));
    q1 = f32x4.add(q1, f32x4.mul(y, high));
    const z = v128.load32_splat(third);
    r0 = f32x4.add(r0, f32x4.mul(z, low));
    r1 = f32x4.add(r1, f32x4.mul(z, high));
    const w = v128.load32_splat(fourth);
    s0 = f32x4.add(s0, f32x4.mul(w, low));
    s1 = f32x4.add(s1, f32x4.mul(w, high));
    b += bStep;
    a += aStep;
    second += aStep;
    third += aStep;
    fourth += aStep;
  }
  put(to, p0, p1, scale, add);
  put(to + toRow, q0, q1, scale, add);
  put(to + 2 * toRow, r0, r1, scale, add);
  put(to + 3 * toRow, s0, s1, scale, add);
}

function oneRow(a: usize, aStep: usize, b: usize, bStep: usize, depth: i32, scale: f32, to: usize, add: i32): void {
  let low = f32x4.splat(0);
  let high = low;
  for (let k = 0; k < depth; k++) {
    const x = v128.load32_splat(a);
    low = f32x4.add(low, f32x4.mul(x, v128.load(b)));
    high = f32x4.add(high, f32x4.mul(x, v128.load(b, 16)));
    a += aStep;
    b += bStep;
  }
  put(to, low, high, scale, add);
}

function put(to: usize, low: v128, high: v128, scale: f32, add: i32): void {
  const factor = f32x4.splat(scale);
  const first = f32x4.mul(low, factor);
  const second = f32x4.mul(high, factor);
  v128.store(to, add ? f32x4.add(v128.load(to), first) : first);
  v128.store(to, add ? f32x4.add(v128.load(to, 16), second) : second, 16);
}
