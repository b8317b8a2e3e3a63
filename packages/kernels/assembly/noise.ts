// Four streams of xoshiro128++ side by side, in four vectors of state.

/** 2^-24: the distance between the uniform numbers given out. */
const unit: f32 = 5.9604644775390625e-8;

/** The state of the streams while a kernel runs. */
let s0: v128 = i32x4.splat(0);
let s1: v128 = i32x4.splat(0);
let s2: v128 = i32x4.splat(0);
let s3: v128 = i32x4.splat(0);

function start(state: usize): void {
  s0 = v128.load(state);
  s1 = v128.load(state, 16);
  s2 = v128.load(state, 32);
  s3 = v128.load(state, 48);
}

function turned(words: v128, left: i32): v128 {
  return v128.or(i32x4.shl(words, left), i32x4.shr_u(words, 32 - left));
}

/** The next 32 bits of each stream. */
function nextWords(): v128 {
  const words = i32x4.add(turned(i32x4.add(s0, s3), 7), s0);
  const shifted = i32x4.shl(s1, 9);
  s2 = v128.xor(s2, s0);
  s3 = v128.xor(s3, s1);
  s1 = v128.xor(s1, s2);
  s0 = v128.xor(s0, s3);
  s2 = v128.xor(s2, shifted);
  s3 = turned(s3, 11);
  return words;
}

/** Uniform numbers in [0, 1), four at a time; `to` has room for a multiple of four. */
export function uniformNoise(state: usize, length: i32, to: usize): void {
  start(state);
  const end = to + ((<usize>length) << 2);
  for (let at = to; at < end; at += 16) {
    v128.store(at, f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(nextWords(), 8)), f32x4.splat(unit)));
  }
}

/** Normal numbers of mean 0 and deviation 1, eight at a time; `to` has room for a multiple of eight. */
export function normalNoise(state: usize, length: i32, to: usize): void {
  start(state);
  const end = to + ((<usize>length) << 2);
  for (let at = to; at < end; at += 32) {
    const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), logarithm(nextWords())));
    const words = nextWords();
    const angle = f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(words, 8)), f32x4.splat(unit)), f32x4.splat(0.5));
    const theta = f32x4.mul(angle, f32x4.splat(Mathf.PI / 2));
    const square = f32x4.mul(theta, theta);
    // the low bits choose the side and the quarter of the circle
    const cosine = v128.xor(cosineOf(square), i32x4.shl(v128.and(words, i32x4.splat(2)), 30));
    const sine = sineOf(theta, square);
    const swaps = i32x4.neg(v128.and(words, i32x4.splat(1)));
    v128.store(at, f32x4.mul(radius, v128.bitselect(sine, cosine, swaps)));
    v128.store(at, f32x4.mul(radius, v128.bitselect(cosine, sine, swaps)), 16);
  }
}

/** ln((word / 2^8 + 1) / 2^24), by the exponent and a polynomial for mantissas in [sqrt(0.5), sqrt(2)). */
function logarithm(words: v128): v128 {
  const one = f32x4.splat(1);
  const value = f32x4.mul(f32x4.convert_i32x4_s(i32x4.add(i32x4.shr_u(words, 8), i32x4.splat(1))), f32x4.splat(unit));
  const exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(value, 23), i32x4.splat(127)));
  const mantissa = v128.or(v128.and(value, i32x4.splat(0x7fffff)), one);
  const isHigh = f32x4.ge(mantissa, f32x4.splat(Mathf.SQRT2));
  const x = f32x4.sub(v128.bitselect(f32x4.mul(mantissa, f32x4.splat(0.5)), mantissa, isHigh), one);
  const power = f32x4.add(exponent, v128.and(isHigh, one));
  const square = f32x4.mul(x, x);
  let y = f32x4.splat(7.0376836292e-2);
  y = step(y, x, -1.151461031e-1);
  y = step(y, x, 1.167699874e-1);
  y = step(y, x, -1.2420140846e-1);
  y = step(y, x, 1.4249322787e-1);
  y = step(y, x, -1.6668057665e-1);
  y = step(y, x, 2.0000714765e-1);
  y = step(y, x, -2.4999993993e-1);
  y = step(y, x, 3.3333331174e-1);
  const tail = f32x4.sub(f32x4.mul(f32x4.mul(y, x), square), f32x4.mul(square, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(x, tail), f32x4.mul(power, f32x4.splat(Mathf.LN2)));
}

/** One step of Horner's rule: y x + c. */
function step(y: v128, x: v128, c: f32): v128 {
  return f32x4.add(f32x4.mul(y, x), f32x4.splat(c));
}

/** The cosine of an angle in [-pi / 4, pi / 4), from its square. */
function cosineOf(square: v128): v128 {
  const y = step(step(f32x4.splat(2.443315711809948e-5), square, -1.388731625493765e-3), square, 4.166664568298827e-2);
  return step(step(y, square, -0.5), square, 1);
}

function sineOf(angle: v128, square: v128): v128 {
  const y = step(step(f32x4.splat(-1.9515295891e-4), square, 8.3321608736e-3), square, -1.6666654611e-1);
  return f32x4.add(angle, f32x4.mul(angle, f32x4.mul(y, square)));
}
