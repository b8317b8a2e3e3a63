import type { Augmenter, Json } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { builtInPlugins } from '@viewforge/runtime';
import { image, pixels, type Tensor, values } from '@viewforge/tensor';
import { contentOf, firstDifference, firstNotFinite, shapeOf, stateOf } from '@viewforge/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyOptions } from './options.ts';

// Every operation on images that is shipped, with any options within their bounds, on images of any size from 1x1 to 700x500.

/** Operations whose results may leave [0, 1], and why. */
const leavesRange: Readonly<Record<string, string>> = {
  'augment/channel-normalize': 'it is for that',
  'augment/fourier-crop': 'cutting off frequencies rings',
  'views-curriculum/staged-fourier-crop': 'cutting off frequencies rings',
};

const operations = builtInPlugins.flatMap(({ name, provides }) =>
  provides.flatMap((factory) => (factory.kind === 'augmenter' ? [{ name: `${name}/${factory.about.name}`, factory }] : [])),
);

const side = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.integer({ min: 10, max: 70 }));
const size = fc.oneof(
  { weight: 14, arbitrary: fc.tuple(side, side) },
  fc.constantFrom<[number, number]>([500, 700], [1, 700], [500, 1]),
);
const some = fc.record({
  size,
  seed: fc.integer(),
  label: fc.integer({ min: 0, max: 3 }),
  fraction: fc.constantFrom(0, 0.5, 0.99),
});

test('there are operations to check', () => {
  expect(operations.length).toBeGreaterThan(40);
});

describe.each(operations)('$name', ({ name, factory }) => {
  test('keeps its input, its shape and its range, and makes the same bits from stored params', () => {
    const property = fc.property(anyOptions(factory), some, (options, { size: [height, width], seed, label, fraction }) => {
      const part = made(factory, options);
      if (part === undefined || !['pixels', 'image'].includes(part.accepts)) return;
      const input = part.accepts === 'pixels' ? photo(height!, width!, seed) : floats(height!, width!, seed);
      const params = drawn(part, shapeOf(input), seed, { epoch: 3, fraction, label, index: 0 });
      if (params === undefined) return;
      const before = stateOf(input);
      const result = part.apply(input as never, params);
      expect(firstDifference(before, stateOf(input)), 'the input').toBeUndefined();
      expect(firstNotFinite(result), 'the result').toBeUndefined();
      expect([...shapeOf(result)]).toEqual([...part.reshape(shapeOf(input), params)]);
      const again = part.apply(input as never, JSON.parse(JSON.stringify(params)) as Json);
      expect(firstDifference(contentOf(result), contentOf(again)), 'the replay').toBeUndefined();
      if (part.returns === 'image' && leavesRange[name] === undefined) expectRange(result as Tensor);
    });
    fc.assert(property, { seed: 1, numRuns: 40 });
  });
});

/** The part, unless its options contradict each other. */
function made(factory: (options: never) => Augmenter, options: Record<string, unknown>): Augmenter | undefined {
  try {
    return factory(options as never);
  } catch (error) {
    expect(error).toMatchObject({ code: 'OPTION' });
    return undefined;
  }
}

/** What is drawn, unless the part says that it cannot work on this shape. */
function drawn(
  part: Augmenter,
  shape: readonly number[],
  seed: number,
  context: Parameters<Augmenter['draw']>[2],
): Json | undefined {
  try {
    return part.draw(shape, createRandom(seed), context);
  } catch (error) {
    expect(error).toBeInstanceOf(ViewforgeError);
    return undefined;
  }
}

function expectRange(result: Tensor): void {
  let [low, high] = [0, 1];
  for (const value of values(result)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  expect([low, high]).toEqual([0, 1]);
}

function photo(height: number, width: number, seed: number) {
  return pixels(
    Uint8Array.from(noise(3 * height * width, seed), (value) => Math.floor(value * 256)),
    height,
    width,
    3,
  );
}

function floats(height: number, width: number, seed: number) {
  return image(Float32Array.from(noise(3 * height * width, seed)), 3, height, width);
}

/** Numbers in [0, 1), some of them 0 or equal to their neighbors. */
function noise(length: number, seed: number): Float64Array {
  let state = seed >>> 0;
  let last = 0;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (state >>> 30 !== 0) last = state >>> 29 === 2 ? 0 : (state >>> 8) / 2 ** 24;
    return last;
  });
}
