import { addLuma, addValues, blendLuma, normalize, scale, solarize } from './color-steps';
import { turnHue } from './hue';

// The numbers of steps, as src/color-step.ts gives them out.
const scaleCode = 0;
const contrastLumaCode = 1;
const contrastChannelCode = 2;
const blendLumaCode = 3;
const hueCode = 4;
const normalizeCode = 6;
const stepBytes: usize = 56;

/** Pixels that go through a run of steps together: 6 KiB of floats. */
const block = 512;

// Scratch: 0 three vectors of left-over pixels; 48 six vectors of float64 sums; 144 three values to add, as float32.
const sumsAt: usize = 48;
const addedAt: usize = 144;
const sumsBytes: usize = 96;

/**
 * A run of at least one color step over three planes that lie `stride` bytes apart (0: one gray plane), from `from` to `to`.
 * Blocks go through all steps up to the next contrast; the sums for its mean are taken at the end of each block. The pixels that
 * do not fill a vector go through the same steps in scratch memory.
 */
export function colorRun(from: usize, size: i32, stride: i32, steps: usize, stepCount: i32, scratch: usize, to: usize): void {
  const whole = size & ~3;
  const rest = size - whole;
  const apart = <usize>stride;
  const restAt = (<usize>whole) << 2;
  const end = steps + <usize>stepCount * stepBytes;
  copyPixels(from + restAt, apart, rest, scratch, 16);
  let source = from;
  let first = steps;
  if (isContrast(first)) runSegment(source, whole, apart, first, first, end, rest, scratch, to, size);
  while (first < end) {
    let last = first + stepBytes;
    while (last < end && !isContrast(last)) last += stepBytes;
    runSegment(source, whole, apart, first, last, end, rest, scratch, to, size);
    source = to;
    first = last;
  }
  copyPixels(scratch, 16, rest, to + restAt, apart);
}

function isContrast(step: usize): bool {
  const code = <i32>load<f64>(step);
  return code === contrastLumaCode || code === contrastChannelCode;
}

/** Steps `first` up to `last` over all blocks; when `last` is a contrast, also what it adds. */
function runSegment(
  source: usize,
  whole: i32,
  apart: usize,
  first: usize,
  last: usize,
  end: usize,
  rest: i32,
  scratch: usize,
  to: usize,
  size: i32,
): void {
  const next = last < end ? <i32>load<f64>(last) : -1;
  const sums = scratch + sumsAt;
  memory.fill(sums, 0, sumsBytes);
  for (let i = 0; i < whole; i += block) {
    const at = (<usize>i) << 2;
    const count = min(block, whole - i);
    runBlock(source + at, to + at, apart, count, first, last, scratch + addedAt);
    if (next >= 0) addBlock((last > first ? to : source) + at, apart, count, next, sums, 4);
  }
  if (rest > 0) {
    runBlock(scratch, scratch, 16, 4, first, last, scratch + addedAt);
    if (next >= 0) addBlock(scratch, 16, 4, next, sums, rest);
  }
  if (next >= 0) takeMeans(last, next, size, scratch);
}

function runBlock(source: usize, to: usize, apart: usize, count: i32, first: usize, last: usize, added: usize): void {
  let from = source;
  for (let step = first; step < last; step += stepBytes) {
    const code = <i32>load<f64>(step);
    const a = <f32>load<f64>(step, 8);
    const b = <f32>load<f64>(step, 16);
    if (code === scaleCode) scale(from, to, apart, count, a, b, b, b);
    else if (code === contrastLumaCode || code === contrastChannelCode) {
      scale(from, to, apart, count, a, load<f32>(added), load<f32>(added, 4), load<f32>(added, 8));
    } else if (code === blendLumaCode) blendLuma(from, to, apart, count, a, b);
    else if (code === hueCode) turnHue(from, to, apart, count, a);
    else if (code === normalizeCode) normalize(from, to, apart, count, step + 8);
    else solarize(from, to, apart, count, a);
    from = to;
  }
}

function addBlock(from: usize, apart: usize, count: i32, code: i32, sums: usize, lanes: i32): void {
  if (code === contrastLumaCode) addLuma(from, apart, count, sums, lanes);
  else {
    addValues(from, count, sums, lanes);
    addValues(from + apart, count, sums + 32, lanes);
    addValues(from + 2 * apart, count, sums + 64, lanes);
  }
}

/** What a contrast step adds to red, green and blue: (1 - factor) * mean. */
function takeMeans(step: usize, code: i32, size: i32, scratch: usize): void {
  const share = load<f64>(step, 16);
  for (let c: usize = 0; c < 3; c++) {
    const sums = scratch + sumsAt + (code === contrastLumaCode ? 0 : c * 32);
    const both = f64x2.add(v128.load(sums), v128.load(sums, 16));
    const total = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
    store<f32>(scratch + addedAt + c * 4, <f32>(share * (total / <f64>size)));
  }
}

/** Copies fewer than four pixels of three planes. */
function copyPixels(from: usize, fromApart: usize, count: i32, to: usize, toApart: usize): void {
  for (let c: usize = 0; c < 3; c++) memory.copy(to + c * toApart, from + c * fromApart, (<usize>count) << 2);
}
