/** One row of logits at a time, a multiple of 4 long: -Infinity stands for what is not seen. Sums are taken lane by lane. */

/**
 * The largest logit; -Infinity where there is none. At `to`: as float64 the sum of those that are seen, then as int32 how many are
 * seen, and how many of them reach `tie`.
 */
export function surveyRow(row: usize, length: i32, tie: f32, to: usize): f32 {
  const nothing = f32x4.splat(-Infinity);
  const ties = f32x4.splat(tie);
  let largest = nothing;
  let seen = i32x4.splat(0);
  let ahead = seen;
  let low = f64x2.splat(0);
  let high = low;
  for (let i = 0; i < length; i += 4) {
    const logits = v128.load(row + ((<usize>i) << 2));
    const isSeen = f32x4.gt(logits, nothing);
    largest = f32x4.pmax(largest, logits);
    seen = i32x4.sub(seen, isSeen);
    ahead = i32x4.sub(ahead, v128.and(isSeen, f32x4.ge(logits, ties)));
    const values = v128.and(logits, isSeen);
    low = f64x2.add(low, f64x2.promote_low_f32x4(values));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(values, values, 2, 3, 2, 3)));
  }
  const sums = f64x2.add(low, high);
  store<f64>(to, f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1));
  store<i32>(to, sumLanes(seen), 8);
  store<i32>(to, sumLanes(ahead), 12);
  const first = max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1));
  return max(first, max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)));
}

/** In place: e^(logit - shift), 0 for what is not seen. At `to`: as float64 their sum, and the sum of each times its logit less the shift. */
export function exponentRow(row: usize, length: i32, shift: f32, to: usize): void {
  const shifts = f32x4.splat(shift);
  let low = f64x2.splat(0);
  let high = low;
  let weightedLow = low;
  let weightedHigh = low;
  for (let i = 0; i < length; i += 4) {
    const at = row + ((<usize>i) << 2);
    const x = f32x4.sub(v128.load(at), shifts);
    const raised = exponential(x);
    v128.store(at, raised);
    // what is not seen is -Infinity, of which 0 times would be NaN
    const weighted = f32x4.mul(raised, f32x4.pmax(f32x4.splat(lowest), x));
    low = f64x2.add(low, f64x2.promote_low_f32x4(raised));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(raised, raised, 2, 3, 2, 3)));
    weightedLow = f64x2.add(weightedLow, f64x2.promote_low_f32x4(weighted));
    weightedHigh = f64x2.add(weightedHigh, f64x2.promote_low_f32x4(v128.shuffle<i32>(weighted, weighted, 2, 3, 2, 3)));
  }
  const sums = f64x2.add(low, high);
  store<f64>(to, f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1));
  const weightedSums = f64x2.add(weightedLow, weightedHigh);
  store<f64>(to, f64x2.extract_lane(weightedSums, 0) + f64x2.extract_lane(weightedSums, 1), 8);
}

/** In place: every number times `factor`. */
export function scaleRow(row: usize, length: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  for (let i = 0; i < length; i += 4) {
    const at = row + ((<usize>i) << 2);
    v128.store(at, f32x4.mul(v128.load(at), factors));
  }
}

/** Below this e^x counts as 0; above, it is a normal float32. */
const lowest: f32 = -87;
/** Added to a number below 2^22 and taken off again, it rounds to a whole number, halves to the even one. */
const rounding: f32 = 12582912;

/** e^x for x <= 0: 2^n times the Taylor polynomial of degree 7 of what is left, at most ln(2) / 2. */
function exponential(x: v128): v128 {
  const bounded = f32x4.pmax(f32x4.splat(lowest), x);
  const n = f32x4.sub(f32x4.add(f32x4.mul(bounded, f32x4.splat(Mathf.LOG2E)), f32x4.splat(rounding)), f32x4.splat(rounding));
  // ln(2) in two parts, the first of few bits, so that its product with n is exact
  const r = f32x4.sub(f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375))), f32x4.mul(n, f32x4.splat(-0.00021219444)));
  let p = f32x4.splat(0.0001984127);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.0013888889));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.008333333));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.041666668));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.16666667));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return v128.and(f32x4.mul(p, power), f32x4.ge(x, f32x4.splat(lowest)));
}

function sumLanes(lanes: v128): i32 {
  return (
    i32x4.extract_lane(lanes, 0) + i32x4.extract_lane(lanes, 1) + i32x4.extract_lane(lanes, 2) + i32x4.extract_lane(lanes, 3)
  );
}
