import { clampLanes, storePart } from './lanes';

/** The levels of four values: floor(255 v + 0.5) with v clamped to [0, 1], exactly; 0 for NaN. */
function levelsOf(value: v128): v128 {
  const inside = clampLanes(value, f32x4.splat(0), f32x4.splat(1));
  const most = f64x2.splat(255);
  const half = f64x2.splat(0.5);
  const low = f64x2.add(f64x2.mul(f64x2.promote_low_f32x4(inside), most), half);
  const high = f64x2.add(f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(inside, inside, 2, 3, 2, 3)), most), half);
  return v128.shuffle<i32>(i32x4.trunc_sat_f64x2_u_zero(low), i32x4.trunc_sat_f64x2_u_zero(high), 0, 1, 4, 5);
}

/** How often each of 256 levels occurs, in 32 bits. */
export function countLevels(from: usize, size: i32, counts: usize): void {
  memory.fill(counts, 0, 1024);
  const whole = size & ~3;
  for (let i = 0; i < whole; i += 4) {
    const words = levelsOf(v128.load(from + ((<usize>i) << 2)));
    count(counts, i32x4.extract_lane(words, 0));
    count(counts, i32x4.extract_lane(words, 1));
    count(counts, i32x4.extract_lane(words, 2));
    count(counts, i32x4.extract_lane(words, 3));
  }
  for (let i = whole; i < size; i++)
    count(counts, i32x4.extract_lane(levelsOf(v128.load_splat<f32>(from + ((<usize>i) << 2))), 0));
}

function count(counts: usize, level: i32): void {
  const at = counts + ((<usize>level) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** The number of `table` that stands at each value's level. */
export function lookUpLevels(from: usize, size: i32, table: usize, to: usize): void {
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const words = i32x4.shl(levelsOf(v128.load(from + at)), 2);
    let found = v128.load_zero<f32>(table + i32x4.extract_lane(words, 0));
    found = v128.load_lane<f32>(table + i32x4.extract_lane(words, 1), found, 1);
    found = v128.load_lane<f32>(table + i32x4.extract_lane(words, 2), found, 2);
    found = v128.load_lane<f32>(table + i32x4.extract_lane(words, 3), found, 3);
    storePart(to + at, found, size - i);
  }
}
