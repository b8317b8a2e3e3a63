/**
 * Lists of the best scores of rows. An entry is 8 bytes: the column, and above it a number that ascends as the score descends, so that
 * entries as whole numbers stand in the order of results.
 */

/** Bytes of the counters that sorting needs: one for each value of each byte of a score. */
const counterBytes: usize = 4096;

/**
 * Takes scores (`row` bytes a row; `length` of each; columns from `column` on, ascending from call to call) into the lists of `rows` rows. A
 * list has room for `room` entries from `entries` on, at `sizes` how many it holds and how many of them are sorted, at `limits` the
 * score that must be exceeded and the one that must not. A full list keeps its best `count`. `scratch` holds the counters and `room` entries.
 */
export function takeBest(
  scores: usize,
  row: usize,
  rows: i32,
  length: i32,
  column: i32,
  entries: usize,
  room: i32,
  count: i32,
  sizes: usize,
  limits: usize,
  scratch: usize,
): void {
  for (let r = 0; r < rows; r++) {
    const at = (<usize>r) << 3;
    const list = entries + ((<usize>r * <usize>room) << 3);
    takeRow(scores + <usize>r * row, length, column, list, room, count, sizes + at, limits + at, scratch);
  }
}

/** In place: every list is sorted, its best `count` entries are left. */
export function sortBest(rows: i32, entries: usize, room: i32, count: i32, sizes: usize, scratch: usize): void {
  for (let r = 0; r < rows; r++) {
    const own = sizes + ((<usize>r) << 3);
    settle(entries + ((<usize>r * <usize>room) << 3), load<i32>(own), count, own, scratch);
  }
}

/** In place: -Infinity where the code of the row is that of the column (`equal` 1), or is not (0). A negative code is like no other. */
export function hideByCode(
  scores: usize,
  row: usize,
  rows: i32,
  length: i32,
  rowCodes: usize,
  columnCodes: usize,
  equal: i32,
): void {
  const hidden = f32x4.splat(-Infinity);
  const flip = i32x4.splat(equal ? 0 : -1);
  for (let r = 0; r < rows; r++) {
    const at = scores + <usize>r * row;
    const code = load<i32>(rowCodes + ((<usize>r) << 2));
    const codes = i32x4.splat(code);
    const known = i32x4.splat(code < 0 ? 0 : -1);
    for (let i = 0; i < length; i += 4) {
      const offset = (<usize>i) << 2;
      const isEqual = v128.and(known, i32x4.eq(codes, v128.load(columnCodes + offset)));
      v128.store(at + offset, v128.bitselect(hidden, v128.load(at + offset), v128.xor(isEqual, flip)));
    }
  }
}

function takeRow(
  scores: usize,
  length: i32,
  column: i32,
  list: usize,
  room: i32,
  count: i32,
  sizes: usize,
  limits: usize,
  scratch: usize,
): void {
  const high = load<f32>(limits, 4);
  let low = load<f32>(limits);
  let size = load<i32>(sizes);
  for (let i = 0; i < length; i += 16) {
    const at = scores + ((<usize>i) << 2);
    let mask = above(at, length - i, low);
    while (mask !== 0) {
      const lane = ctz(mask);
      mask &= mask - 1;
      const score = load<f32>(at + ((<usize>lane) << 2)) + 0;
      // the limit may have risen since the mask was made
      if (!(score > low && score <= high)) continue;
      store<u64>(list + ((<usize>size) << 3), entryOf(score, column + i + lane));
      if (++size < room) continue;
      size = settle(list, size, count, sizes, scratch);
      low = scoreOf(load<u64>(list + ((<usize>(size - 1)) << 3)));
    }
  }
  store<f32>(limits, low);
  store<i32>(sizes, size);
}

/** A bit for each of the next 16 scores (`left` where there are fewer) that exceeds `low`. */
function above(at: usize, left: i32, low: f32): i32 {
  const lows = f32x4.splat(low);
  if (left < 16) {
    let mask = 0;
    for (let i = 0; i < left; i++) mask |= i32(load<f32>(at + ((<usize>i) << 2)) > low) << i;
    return mask;
  }
  const a = f32x4.gt(v128.load(at), lows);
  const b = f32x4.gt(v128.load(at, 16), lows);
  const c = f32x4.gt(v128.load(at, 32), lows);
  const d = f32x4.gt(v128.load(at, 48), lows);
  if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) return 0;
  return i32x4.bitmask(a) | (i32x4.bitmask(b) << 4) | (i32x4.bitmask(c) << 8) | (i32x4.bitmask(d) << 12);
}

function entryOf(score: f32, column: i32): u64 {
  const bits = reinterpret<i32>(score);
  const descending = ~(bits ^ ((bits >> 31) | i32.MIN_VALUE));
  return ((<u64>(<u32>descending)) << 32) | <u64>(<u32>column);
}

function scoreOf(entry: u64): f32 {
  const ascending = ~(<i32>(entry >> 32));
  return reinterpret<f32>(ascending ^ (~(ascending >> 31) | i32.MIN_VALUE));
}

/** In place: the best `count` of a list, sorted; how many there are. */
function settle(list: usize, size: i32, count: i32, sizes: usize, scratch: usize): i32 {
  const sorted = load<i32>(sizes, 4);
  const fresh = list + ((<usize>sorted) << 3);
  const n = size - sorted;
  if (n > 48) sortByBytes(fresh, n, scratch);
  else sortFew(fresh, n);
  const left = min(size, count);
  if (sorted > 0 && n > 0) merge(list, sorted, n, left, scratch + counterBytes);
  store<i32>(sizes, left);
  store<i32>(sizes, left, 4);
  return left;
}

function sortFew(list: usize, n: i32): void {
  for (let i = 1; i < n; i++) {
    const entry = load<u64>(list + ((<usize>i) << 3));
    let at = list + ((<usize>i) << 3);
    while (at > list && load<u64>(at - 8) > entry) {
      store<u64>(at, load<u64>(at - 8));
      at -= 8;
    }
    store<u64>(at, entry);
  }
}

/** Byte by byte of the scores from the lowest up, equal ones staying in order, as which their columns ascend. */
function sortByBytes(list: usize, n: i32, scratch: usize): void {
  memory.fill(scratch, 0, counterBytes);
  for (let i = 0; i < n; i++) {
    const bits = load<u32>(list + ((<usize>i) << 3), 4);
    for (let b = 0; b < 4; b++) {
      const counter = scratch + ((<usize>b) << 10) + ((<usize>((bits >> ((<u32>b) << 3)) & 255)) << 2);
      store<i32>(counter, load<i32>(counter) + 1);
    }
  }
  let from = list;
  let to = scratch + counterBytes;
  const first = load<u32>(list, 4);
  for (let b = 0; b < 4; b++) {
    const shift = (<u32>b) << 3;
    const counters = scratch + ((<usize>b) << 10);
    // all alike in this byte
    if (load<i32>(counters + ((<usize>((first >> shift) & 255)) << 2)) === n) continue;
    let sum = 0;
    for (let digit: usize = 0; digit < 1024; digit += 4) {
      const here = load<i32>(counters + digit);
      store<i32>(counters + digit, sum);
      sum += here;
    }
    for (let i = 0; i < n; i++) {
      const entry = load<u64>(from + ((<usize>i) << 3));
      const counter = counters + ((<usize>((<u32>(entry >> 32) >> shift) & 255)) << 2);
      const place = load<i32>(counter);
      store<i32>(counter, place + 1);
      store<u64>(to + ((<usize>place) << 3), entry);
    }
    const other = from;
    from = to;
    to = other;
  }
  if (from !== list) memory.copy(list, from, (<usize>n) << 3);
}

/** In place: the first `left` entries of two sorted lists that lie one after the other. */
function merge(list: usize, n: i32, m: i32, left: i32, scratch: usize): void {
  let a = list;
  const middle = list + ((<usize>n) << 3);
  let b = middle;
  const end = middle + ((<usize>m) << 3);
  for (let i = 0; i < left; i++) {
    const takesFirst = b === end || (a < middle && load<u64>(a) < load<u64>(b));
    const from = takesFirst ? a : b;
    store<u64>(scratch + ((<usize>i) << 3), load<u64>(from));
    if (takesFirst) a += 8;
    else b += 8;
  }
  memory.copy(list, scratch, (<usize>left) << 3);
}
