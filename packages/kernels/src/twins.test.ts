import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AxisTable,
  allocate,
  blurPlanes,
  bytesToPlanes,
  type ColorStep,
  colorRun,
  flipPlanes,
  normalizePlanes,
} from './index.ts';
import { type ByteRows, type Planes, resampleBytes, resamplePlanes, wasmSimd, withArena, withTwins } from './index.ts';

test('the compiled kernels run here, so that the comparisons below mean something', () => {
  expect(wasmSimd()).toEqual({ available: true });
});

const sizes: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 7],
  [7, 1],
  [2, 3],
  [5, 4],
  [13, 17],
  [16, 16],
  [33, 61],
  [500, 700],
];

describe.each(sizes)('kernel and twin give the same bytes at %i x %i', (height, width) => {
  const planes = { count: 3, height, width };
  const from = noise(3 * height * width, height * 1000 + width);
  const rows = noisyRows(height, width);

  test('bytes to planes', () => same(() => bytesToPlanes(rows)));
  test('flip', () => same(() => flipPlanes(from, planes)));
  test('normalize', () => same(() => normalizePlanes(from, planes, imageNet)));
  test('a normalization folded into color steps and blur is one behind them', () => {
    const weights = noise(4, 5);
    same(() => colorRun(from, planes, allSteps, imageNet));
    same(() => blurPlanes(from, planes, weights, 'reflect', imageNet));
    const [colored, blurred] = [colorRun(from, planes, allSteps), blurPlanes(from, planes, weights, 'reflect')];
    expect(firstDifference(colorRun(from, planes, allSteps, imageNet), normalizePlanes(colored, planes, imageNet))).toBe(
      undefined,
    );
    expect(firstDifference(colorRun(from, planes, [], imageNet), normalizePlanes(from, planes, imageNet))).toBe(undefined);
    expect(
      firstDifference(blurPlanes(from, planes, weights, 'reflect', imageNet), normalizePlanes(blurred, planes, imageNet)),
    ).toBe(undefined);
  });
  test.each(allSteps)('color step $kind', (step) => same(() => colorRun(from, planes, [step])));
  test('a run of all color steps', () => same(() => colorRun(from, planes, [...allSteps, ...allSteps.toReversed()])));
  test('a run of color steps on one gray plane', () =>
    same(() => colorRun(gray(from, planes), { count: 1, height, width }, allSteps)));
  test.each(['reflect', 'zero', 'edge'] as const)('blur, border %s', (border) => {
    for (const radius of [0, 1, 3, 11]) same(() => blurPlanes(from, planes, noise(radius + 1, 5), border));
  });
  test('resampling of bytes and of planes', () => {
    for (const [h, w] of [
      [1, 1],
      [3, 5],
      [8, 8],
      [31, 6],
    ] as const) {
      const tables = { vertical: noisyTable(height, h), horizontal: noisyTable(width, w), low: -0.5, high: 0.9 };
      same(() => resampleBytes(rows, tables));
      same(() => resamplePlanes(from, planes, tables));
      same(() => resamplePlanes(gray(from, planes), { count: 1, height, width }, tables));
    }
  });
});

test('kernel and twin give the same bytes for drawn sizes, steps and windows', () => {
  const side = fc.integer({ min: 1, max: 40 });
  const property = fc.property(
    side,
    side,
    fc.integer(),
    fc.array(fc.constantFrom(...allSteps), { maxLength: 6 }),
    (height, width, seed, steps) => {
      const planes = { count: 3, height, width };
      same(() => colorRun(noise(3 * height * width, seed), planes, steps));
      same(() => bytesToPlanes(noisyRows(height, width)));
      same(() => blurPlanes(noise(3 * height * width, seed), planes, noise(5, seed), 'reflect'));
    },
  );
  fc.assert(property, { seed: 20, numRuns: 60 });
});

test('inputs on the kernel memory are read in place and give the same bytes', () => {
  const planes = { count: 3, height: 19, width: 23 };
  const outside = noise(3 * 19 * 23, 3);
  const expected = colorRun(outside, planes, allSteps);
  const inside = withArena(() => {
    const placed = allocate(outside.length);
    placed.set(outside);
    return colorRun(placed, planes, allSteps).slice();
  });
  expect(firstDifference(inside, expected)).toBeUndefined();
});

const imageNet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
const allSteps: readonly ColorStep[] = [
  { kind: 'contrast', factor: 1.3, mean: 'luma' },
  { kind: 'brightness', factor: 1.7 },
  { kind: 'contrast', factor: 0.2, mean: 'channel' },
  { kind: 'hue', turns: 0.17 },
  { kind: 'brightness-by', amount: -0.2 },
  { kind: 'saturation', factor: 1.8 },
  { kind: 'hue', turns: -0.5 },
  { kind: 'solarize', threshold: 0.5 },
  { kind: 'grayscale' },
];

function same(work: () => Float32Array): void {
  const compiled = work();
  const twin = withTwins(work);
  const inArena = withArena(() => work().slice());
  expect(firstDifference(compiled, twin)).toBeUndefined();
  expect(firstDifference(inArena, twin)).toBeUndefined();
}

/** Where two results differ in their bits, and how; comparing buffers is much faster than the matcher on a million values. */
function firstDifference(a: Float32Array, b: Float32Array): string | undefined {
  if (a.length !== b.length) return `${a.length} values and ${b.length}`;
  if (Buffer.from(a.buffer).equals(Buffer.from(b.buffer))) return undefined;
  const at = a.findIndex((value, i) => !Object.is(value, b[i]));
  return `value ${at}: ${a[at]} and ${b[at]}`;
}

/** Floats in [-0.1, 1.1], some of them equal, 0 or 1. */
function noise(length: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 29 === 0 ? (state >>> 28) & 1 : ((state >>> 8) / 2 ** 24) * 1.2 - 0.1;
  });
}

function gray(from: Float32Array, { height, width }: Planes): Float32Array {
  return from.slice(0, height * width);
}

function noisyRows(height: number, width: number): ByteRows {
  const rowStride = width * 3 + 5;
  const bytes = Uint8Array.from(noise(height * rowStride + 4, height + width), (value) => value * 212);
  return { bytes, offset: 4, rowStride, height, width };
}

function noisyTable(input: number, output: number): AxisTable {
  const taps = Math.min(input, 5);
  const starts = Int32Array.from({ length: output }, (_, i) => Math.floor((i * (input - taps)) / output));
  return { count: output, taps, starts, weights: noise(output * taps, 9) };
}
