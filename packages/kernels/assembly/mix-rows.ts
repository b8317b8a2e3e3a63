import { storePart } from './lanes';

/**
 * to[r] = b + w (a - b) for rows a = rows[first[r]] and b = rows[second[r]] of `width` floats and w = weights[r], divided by its length
 * where `unit` is not 0: the root of a sum of squares in four lanes, of which 0 and 2, 1 and 3 are added first; at least 1e-12.
 */
export function mixRows(
  rows: usize,
  width: i32,
  first: usize,
  second: usize,
  weights: usize,
  count: i32,
  unit: i32,
  to: usize,
): void {
  const bytes = (<usize>width) << 2;
  for (let r = 0; r < count; r++) {
    const at = (<usize>r) << 2;
    const a = rows + <usize>load<i32>(first + at) * bytes;
    const b = rows + <usize>load<i32>(second + at) * bytes;
    const weight = v128.load32_splat(weights + at);
    const row = to + <usize>r * bytes;
    const sums = mixRow(a, b, weight, width, row);
    if (unit) divideRow(row, max(sqrt(foldLanes(sums)), <f32>1e-12), width);
  }
}

/** The squares of what it stores, summed up by lane. */
function mixRow(a: usize, b: usize, weight: v128, width: i32, to: usize): v128 {
  let sums = f32x4.splat(0);
  for (let i = 0; i < width; i += 4) {
    const at = (<usize>i) << 2;
    const low = v128.load(b + at);
    const mixed = f32x4.add(low, f32x4.mul(weight, f32x4.sub(v128.load(a + at), low)));
    storePart(to + at, mixed, width - i);
    const seen = width - i >= 4 ? mixed : v128.and(mixed, lanesBelow(width - i));
    sums = f32x4.add(sums, f32x4.mul(seen, seen));
  }
  return sums;
}

function divideRow(row: usize, length: f32, width: i32): void {
  const lengths = f32x4.splat(length);
  for (let i = 0; i < width; i += 4) {
    const at = row + ((<usize>i) << 2);
    storePart(at, f32x4.div(v128.load(at), lengths), width - i);
  }
}

/** All bits in the first `count` lanes (1 to 3). */
function lanesBelow(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

function foldLanes(sums: v128): f32 {
  const even = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 2);
  return even + (f32x4.extract_lane(sums, 1) + f32x4.extract_lane(sums, 3));
}
