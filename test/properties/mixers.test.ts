import { eachWeight, type Json, type Mixer, type ViewBatch, ViewforgeError, type Weights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { builtInPlugins } from '@viewforge/runtime';
import { tensor, values } from '@viewforge/tensor';
import { contentOf, firstDifference, firstNotFinite, stateOf } from '@viewforge/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyOptions } from './options.ts';

// Every mixer of inputs that is shipped, with any options within their bounds, on batches of any size.

const mixers = builtInPlugins.flatMap(({ name, provides }) =>
  provides.flatMap((factory) =>
    factory.kind === 'mixer' && factory().mixes === 'batch' ? [{ name: `${name}/${factory.about.name}`, factory }] : [],
  ),
);
const side = fc.integer({ min: 1, max: 12 });
const some = fc.record({
  n: fc.integer({ min: 1, max: 7 }),
  shape: fc.oneof(fc.tuple(fc.constantFrom(1, 3), side, side), fc.tuple(side)),
  seed: fc.integer(),
  fraction: fc.constantFrom(0, 0.5, 0.99),
  index: fc.integer({ min: 0, max: 1 }),
  isLabeled: fc.boolean(),
});

test('there are mixers to check', () => expect(mixers.length).toBeGreaterThan(14));

describe.each(mixers)('$name', ({ name, factory }) => {
  test('keeps its input and the range of values, gives shares that sum to 1, and the same bits from stored params', () => {
    let mixed = 0;
    const property = fc.property(anyOptions(factory), some, (options, { n, shape, seed, fraction, index, isLabeled }) => {
      const part = made(factory as never, options);
      if (part === undefined || part.mixes !== 'batch') return;
      const batch = batchOf(n, shape, seed, isLabeled);
      const context = { epoch: 3, step: 20, fraction, role: 'view', index, stages: 1 };
      const params = drawn(part, batch, seed, context);
      if (params === undefined) return;
      const before = stateOf(batch);
      const result = applied(part, batch, params);
      if (result === undefined) return;
      expect(firstDifference(before, stateOf(batch)), 'the input').toBeUndefined();
      expect(firstNotFinite(result.values), 'the result').toBeUndefined();
      expect(result.values.shape).toEqual(batch.values.shape);
      expectShares(result.blend, n);
      // noise, moments and arcs leave the range; what blends inputs does not
      const isBlend = name.startsWith('mix-inputs/');
      for (const value of values(result.values)) expect(!isBlend || (value >= 0 && value <= 1.000001)).toBe(true); // float32 sums of shares
      const again = part.apply(batch, JSON.parse(JSON.stringify(params)) as Json);
      expect(firstDifference(contentOf(result), contentOf(again)), 'the replay').toBeUndefined();
      if (firstDifference(contentOf(batch.values), contentOf(result.values)) !== undefined) mixed++;
    });
    fc.assert(property, { seed: 1, numRuns: 150 });
    expect(mixed).toBeGreaterThan(0);
  });
});

function made(factory: (options: never) => Mixer, options: Record<string, unknown>): Mixer<'batch'> | undefined {
  try {
    return factory(options as never) as Mixer<'batch'>;
  } catch (error) {
    expect(error).toMatchObject({ code: 'OPTION' });
    return undefined;
  }
}

function drawn(part: Mixer<'batch'>, batch: ViewBatch, seed: number, context: Parameters<Mixer['draw']>[2]): Json | undefined {
  try {
    return part.draw(batch, createRandom(seed), context);
  } catch (error) {
    expect(error).toBeInstanceOf(ViewforgeError); // such as items that are no images, or have no labels
    return undefined;
  }
}

/** What comes to a later stage is not there when a mixer draws: there alone it may refuse a shape when it is applied. */
function applied(part: Mixer<'batch'>, batch: ViewBatch, params: Json): ViewBatch | undefined {
  try {
    return part.apply(batch, params);
  } catch (error) {
    expect(error).toMatchObject({ code: 'SHAPE' });
    expect(part.stageOf?.(params) ?? 0, 'the stage of a mixer that refuses').toBeGreaterThan(0);
    return undefined;
  }
}

function expectShares(blend: Weights, n: number): void {
  for (let row = 0; row < n; row++) {
    let sum = 0;
    eachWeight(blend, row, (column, weight) => {
      expect(column).toBeLessThan(n);
      expect(weight).toBeGreaterThanOrEqual(0);
      sum += weight;
    });
    expect(sum).toBeCloseTo(1, 5); // float32
  }
}

function batchOf(n: number, shape: readonly number[], seed: number, isLabeled: boolean): ViewBatch {
  const random = createRandom(seed).fork('batch');
  const size = shape.reduce((product, length) => product * length, n);
  const data = Float32Array.from({ length: size }, () => random.uniform(0, 1));
  return {
    values: tensor(data, [n, ...shape]),
    blend: { kind: 'identity' },
    ...(isLabeled && { labels: Int32Array.from({ length: n }, () => random.integer(0, 3)) }),
  };
}
