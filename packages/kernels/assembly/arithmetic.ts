import { clampLanes, storePart } from './lanes';

/** first * one + second * other, clamped to [low, high]. */
export function weightedSum(one: usize, first: f32, other: usize, second: f32, size: i32, low: f32, high: f32, to: usize): void {
  const firsts = f32x4.splat(first);
  const seconds = f32x4.splat(second);
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const sum = f32x4.add(f32x4.mul(firsts, v128.load(one + at)), f32x4.mul(seconds, v128.load(other + at)));
    storePart(to + at, clampLanes(sum, lows, highs), size - i);
  }
}

/** v + amount, clamped to [0, 1], where v < threshold. */
export function addBelow(from: usize, size: i32, amount: f32, threshold: f32, to: usize): void {
  const amounts = f32x4.splat(amount);
  const thresholds = f32x4.splat(threshold);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const value = v128.load(from + at);
    const raised = clampLanes(f32x4.add(value, amounts), zero, one);
    storePart(to + at, v128.bitselect(raised, value, f32x4.lt(value, thresholds)), size - i);
  }
}
