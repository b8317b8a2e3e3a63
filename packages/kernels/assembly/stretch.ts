import { clampLanes, storePart } from './lanes';

/** A plane brought from its lowest and highest value to 0 and 1, clamped; a plane of one value is only clamped. */
export function stretchPlane(from: usize, size: i32, to: usize): void {
  const whole = size & ~3;
  let lows = v128.load_splat<f32>(from);
  let highs = lows;
  for (let i = 0; i < whole; i += 4) {
    const value = v128.load(from + ((<usize>i) << 2));
    lows = f32x4.pmin(lows, value);
    highs = f32x4.pmax(highs, value);
  }
  for (let i = whole; i < size; i++) {
    const value = v128.load_splat<f32>(from + ((<usize>i) << 2));
    lows = f32x4.pmin(lows, value);
    highs = f32x4.pmax(highs, value);
  }
  const lowest = f32x4.extract_lane(folded(lows, true), 0);
  const highest = f32x4.extract_lane(folded(highs, false), 0);
  const isFlat = lowest === highest;
  const zeros = f32x4.splat(isFlat ? 0 : lowest);
  const spans = f32x4.splat(isFlat ? 1 : highest - lowest);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const value = f32x4.div(f32x4.sub(v128.load(from + at), zeros), spans);
    storePart(to + at, clampLanes(value, zero, one), size - i);
  }
}

/** The smallest or largest of four lanes, in each of them. */
function folded(lanes: v128, smallest: bool): v128 {
  let other = v128.shuffle<f32>(lanes, lanes, 2, 3, 0, 1);
  const pairs = smallest ? f32x4.pmin(lanes, other) : f32x4.pmax(lanes, other);
  other = v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2);
  return smallest ? f32x4.pmin(pairs, other) : f32x4.pmax(pairs, other);
}
