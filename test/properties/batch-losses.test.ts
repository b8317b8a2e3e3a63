import { type AnyFactory, type Batches, type Loss, type LossGradients, ViewforgeError } from '@viewforge/core';
import { plugin } from '@viewforge/losses';
import { values } from '@viewforge/tensor';
import { contentOf, firstDifference, firstNotFinite, stateOf } from '@viewforge/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inFloat32, lengthsIn, slotsOf, withArrays } from './batch-arrays.ts';
import { batchMakers, inOrder, type OtherBatch, reordered } from './batches.ts';
import { expectAcross, expectNear, largest } from './nearness.ts';
import { likelyOptions } from './options.ts';
import { slopeOf } from './slopes.ts';

// Every shipped loss over a batch type besides contrast, with any likely options, on batches of any kind.

type Options = Readonly<Record<string, unknown>>;
type Batch = Batches[OtherBatch];

/** Losses that depend on the order of items, and when. */
const inTheirOrder: Readonly<Record<string, (batch: Batch, options: Options) => boolean>> = {
  koleo: hasTies, // the first of several nearest neighbors counts
  // rows are whitened in groups; without shrinkage rounding decides whether a covariance is singular
  'w-mse': (batch, { groupSize, shrinkage }) => itemsOf(batch) >= 2 * (groupSize as number) || (shrinkage as number) < 0.01,
};
/** Losses whose gradient is no slope by convention, and when. */
const byConvention: Readonly<Record<string, (batch: Batch) => boolean>> = {
  koleo: hasTies, // rows that coincide do not push each other, whatever epsilon is
};
/** Losses over rows of length 1. */
const overDirections: readonly string[] = ['alignment-uniformity', 'koleo', 'negative-cosine', 'tico'];
/** By loss: how much more rounding counts than in a sum, and why. */
const steepness: Readonly<Record<string, number>> = {
  mmcr: 1e6, // nuclear norms have corners where singular values are 0
  'barlow-twins': 1e4, // columns of 0 and a million are standardized
  'w-mse': 1e4, // whitening divides by what is left of the variance
};

const losses = (plugin.provides as readonly AnyFactory[]).flatMap((factory) =>
  factory.kind === 'loss' && factory().measures !== 'contrast' ? [{ name: factory.about.name, factory }] : [],
);

test('there are losses to check', () => expect(losses.length).toBeGreaterThan(14));

describe.each(losses)('$name', ({ name, factory }) => {
  const make = factory as unknown as (options: Options) => Loss<OtherBatch>;
  const maker = batchMakers[make({}).measures];
  const trials = fc.record({ options: likelyOptions(factory), plain: maker.plain, seed: fc.nat() });
  /** Calls `law` where the loss can say something of the batch; the share of batches where it could. */
  const check = (law: (loss: Loss<OtherBatch>, batch: Batch, seed: number, options: Options) => void, numRuns = 60): void => {
    let measured = 0;
    const property = fc.property(trials, ({ options, plain, seed }) => {
      const loss = make(options);
      const batch = maker.make(plain as never);
      if (isRefused(loss, batch)) return;
      measured++;
      law(loss, batch, seed, options);
    });
    fc.assert(property, { seed: 1, numRuns, includeErrorInReport: true });
    expect(measured / numRuns, 'share of batches that are measured').toBeGreaterThan(0.1);
  };

  test('the batch stays as it was, both reports are the same, all is finite, and the value a mean', () => {
    check((loss, batch) => {
      const before = stateOf(batch);
      const { gradients, ...report } = loss.differentiate(batch);
      expect(firstDifference(before, stateOf(batch)), 'the batch').toBeUndefined();
      expect(firstDifference(contentOf(loss.measure(batch)), contentOf(report)), 'measured').toBeUndefined();
      expect(firstNotFinite({ value: report.value, gradients }), 'value and gradients').toBeUndefined();
      const counted = report.perQuery.filter((each) => !Number.isNaN(each));
      if (counted.length === 0) return; // a loss that is no such mean, or nothing to compare
      const mean = counted.reduce((sum, each) => sum + each, 0) / counted.length;
      expectNear([report.value], [mean], largest(counted));
    });
  });

  test('gradients are slopes of the value', () => {
    let [measured, tried] = [0, 0];
    check((loss, batch, seed) => {
      if (byConvention[name]?.(batch)) return;
      const slope = slopeOf(loss, batch, seed, overDirections.includes(name) ? 1 : squaresIn(batch));
      tried++;
      if (slope === undefined) return;
      measured++;
      expect(Math.abs(slope.told - slope.measured), `${slope.told}, not ${slope.measured}`).toBeLessThanOrEqual(slope.tolerance);
    });
    expect(measured / tried, 'share of batches where differences tell something').toBeGreaterThan(0.15);
  });

  test('the order of items does not matter', () => {
    check((loss, batch, seed, options) => {
      if (inTheirOrder[name]?.(batch, options)) return;
      const n = itemsOf(batch);
      const order = Array.from({ length: n }, (_, row) => (row * (n - 1) + seed) % n);
      const [before, after] = [loss.differentiate(batch), loss.differentiate(reordered(batch, order))];
      const size = (steepness[name] ?? 1) * Math.max(1, Math.abs(before.value), largest(before.perQuery));
      expectNear([after.value], [before.value], size);
      if (before.perQuery.length > 0) {
        expectNear(
          after.perQuery,
          order.map((row) => before.perQuery[row]!),
          size,
        );
      }
      expectSameGradients(after, before, batch, order, steepness[name] ?? 1);
    }, 40);
  });

  test('the length of rows does not matter, and gradients are across them', () => {
    if (!overDirections.includes(name)) return;
    check((loss, batch) => {
      const before = loss.differentiate(batch);
      const longer = slotsOf(batch).flatMap((slot) => {
        if (slot.field === 'moment') return [];
        const d = slot.array.shape.at(-1)!;
        const array = inOrder(slot.array, [0]);
        const data = values(array);
        for (let i = 0; i < data.length; i++) data[i] = data[i]! * 2 ** ((Math.floor(i / d) % 9) - 4);
        return [{ ...slot, array }];
      });
      expect(loss.measure(withArrays(batch, longer)).value).toBe(before.value);
      for (const { field, place, array } of slotsOf(before.gradients)) {
        const rows = values(slotsOf(batch).find((slot) => slot.field === field && slot.place === place)!.array);
        expectAcross(rows, values(array), array.shape.at(-1)!);
      }
    }, 30);
  });

  test('rows in float32 give the same, with gradients in float32', () => {
    check((loss, batch) => {
      const [wide, narrow] = [loss.differentiate(batch), loss.differentiate(inFloat32(batch))];
      expectNear([narrow.value], [wide.value], Math.max(1, Math.abs(wide.value)));
      const [before, after] = [slotsOf(wide.gradients), slotsOf(narrow.gradients)];
      before.forEach(({ array }, s) => {
        expect(after[s]!.array.data).toBeInstanceOf(Float32Array);
        values(array).forEach((each, i) => {
          if (Math.abs(each) > 1e38) return; // more than float32 can hold
          // rounded to float32, where numbers below 1e-38 are coarser
          expectNear([values(after[s]!.array)[i]!], [each], Math.abs(each) + 1e-30, 1e-6);
        });
      });
    }, 30);
  });
});

/** Whether the loss says that it cannot take the batch: views or targets are missing. */
function isRefused(loss: Loss<OtherBatch>, batch: Batch): boolean {
  try {
    loss.measure(batch);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(ViewforgeError);
    expect(error).toMatchObject({ code: 'SHAPE' });
    return true;
  }
}

function expectSameGradients(
  after: LossGradients,
  before: LossGradients,
  batch: Batch,
  order: readonly number[],
  steep: number,
): void {
  const slots = slotsOf(before.gradients);
  expect(slotsOf(after.gradients).map(({ field, place }) => [field, place])).toEqual(
    slots.map(({ field, place }) => [field, place]),
  );
  slots.forEach(({ field, place, array }, s) => {
    const rows = slotsOf(batch).find((slot) => slot.field === field && slot.place === place)!.array;
    // rounding of directions is divided by the lengths of rows
    const times = (gradient: typeof array, by: typeof array) => {
      const lengths = lengthsIn(by);
      return Float64Array.from(values(gradient), (each, i) => each * (lengths[i] || 1));
    };
    const expected = times(inOrder(array, order), inOrder(rows, order));
    const actual = times(slotsOf(after.gradients)[s]!.array, inOrder(rows, order));
    expectNear(actual, expected, steep * Math.max(1e-2, largest(expected)));
  });
}

function itemsOf(batch: Batch): number {
  return slotsOf(batch)[0]!.array.shape[0]!;
}

/** Whether rows of an array are 0 or point in the same direction. */
function hasTies(batch: Batch): boolean {
  return slotsOf(batch).some(({ array }) => {
    const [n, d] = array.shape as [number, number];
    const lengths = lengthsIn(array);
    const at = (row: number) =>
      values(array)
        .subarray(row * d, row * d + d)
        .map((each, e) => each / lengths[row * d + e]!);
    return Array.from({ length: n }, (_, row) => at(row)).some((one, i, all) => {
      if (Number.isNaN(one[0]!)) return true;
      return all.slice(i + 1).some((other) => Math.hypot(...one.map((each, e) => each - other[e]!)) < 1e-6);
    });
  });
}

function squaresIn(batch: Batch): number {
  return slotsOf(batch).reduce((most, { array }) => Math.max(most, largest(lengthsIn(array)) ** 2), 0);
}
