import { type AnyFactory, type EncodedViews, type Metric, type MetricReport, ViewforgeError } from '@viewforge/core';
import { plugin } from '@viewforge/metrics';
import { tensor, values } from '@viewforge/tensor';
import { contentOf, firstDifference, running, stateOf } from '@viewforge/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodedViews, plainViews, reorderedViews, roles, type ViewSizes } from './encoded-views.ts';
import { optionsWithRoles } from './options.ts';
import { anyOrder } from './rows.ts';

// Every shipped metric, with any likely options, on any finite views, no items among them.

/** Values that a metric says it lies between, whatever its options. */
const between: Readonly<Record<string, readonly [number, number]>> = {
  'active-units': [0, 1],
  alignment: [0, Number.POSITIVE_INFINITY],
  'assignment-entropy': [0, Math.log(5)],
  'augmentation-complexity': [1, 8],
  'centered-kernel-alignment': [0, 1],
  collapse: [0, Number.POSITIVE_INFINITY],
  'confusion-ratio': [0, 1],
  'effective-rank': [1, 5],
  'false-negatives': [0, 1],
  'frechet-distance': [0, Number.POSITIVE_INFINITY],
  hardness: [0, 1],
  knn: [0, 1],
  'nearest-neighbor-test': [0, 1],
  'precision-recall': [0, 1],
  ranking: [0, 1],
  retrieval: [0, 1],
  'ridge-probe': [0, 1],
  'score-monitor': [-2, 2],
  tolerance: [-1, 1],
  uniformity: [Number.NEGATIVE_INFINITY, 0],
  vendi: [1, 8],
  'view-strength': [0, 2],
};

/** By metric: how much rounding may change, where that is more than 1e-9, and why. */
const tolerances: Readonly<Record<string, number>> = {
  'frechet-distance': 1e-6, // the root of a covariance that is singular
};

const metrics = (plugin.provides as readonly AnyFactory[]).flatMap((factory) =>
  factory.kind === 'metric' ? [{ name: factory.about.name, factory }] : [],
);

test('there are metrics to check', () => expect(metrics.length).toBeGreaterThan(20));

describe.each(metrics)('$name', ({ name, factory }) => {
  const make = factory as unknown as (options: Readonly<Record<string, unknown>>) => Metric;
  const trials = (sizes: ViewSizes) => fc.record({ options: optionsWithRoles(factory, roles), plain: withClasses(sizes) });

  test('says a number in its range or why there is none, keeps the views, and says the same again', async () => {
    let measured = 0;
    const property = fc.asyncProperty(trials({ least: 0 }), async ({ options, plain }) => {
      const [metric, encoded] = [make(options), encodedViews(plain)];
      const before = stateOf(encoded);
      const report = await reportOf(metric, encoded);
      if (report === undefined) return;
      expect(firstDifference(before, stateOf(encoded)), 'the views').toBeUndefined();
      expect(
        firstDifference(contentOf(await metric.measure(encoded, running())), contentOf(report)),
        'once more',
      ).toBeUndefined();
      expect(Number.isInteger(report.n) && report.n >= 0).toBe(true);
      if (Number.isNaN(report.value)) {
        expect(report.notes.length, 'notes that say why').toBeGreaterThan(0);
        return;
      }
      measured++;
      const [low, high] = between[name] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      expect(report.value).toBeGreaterThanOrEqual(low - 1e-9);
      expect(report.value).toBeLessThanOrEqual(high + 1e-9);
      expect(Number.isFinite(report.value)).toBe(true);
      const wrong = Object.entries(report.parts).filter(([, part]) => Math.abs(part) === Number.POSITIVE_INFINITY);
      expect(wrong, 'parts').toEqual([]);
    });
    await fc.assert(property, { seed: 1, numRuns: 60, includeErrorInReport: true });
    expect(measured).toBeGreaterThan(3);
  });

  test('the order of items does not matter', async () => {
    const ordered = trials({ areApart: true }).chain((trial) => fc.tuple(fc.constant(trial), anyOrder(trial.plain.items.length)));
    const property = fc.asyncProperty(ordered, async ([{ options, plain }, order]) => {
      const [metric, encoded] = [make(options), encodedViews(plain)];
      const before = await reportOf(metric, encoded);
      if (before === undefined) return;
      expectSame(await metric.measure(reorderedViews(encoded, order), running()), before, tolerances[name]);
    });
    await fc.assert(property, { seed: 1, numRuns: 40, includeErrorInReport: true });
  });

  test('features in float32 say the same', async () => {
    const property = fc.asyncProperty(trials({ areApart: true }), async ({ options, plain }) => {
      const [metric, encoded] = [make(options), encodedViews(plain)];
      const before = await reportOf(metric, inFloat32(encoded, true));
      if (before === undefined) return;
      expectSame(await metric.measure(inFloat32(encoded, false), running()), before, tolerances[name]);
    });
    await fc.assert(property, { seed: 1, numRuns: 30, includeErrorInReport: true });
  });
});

/** Views whose labels are classes, whole and from 0. */
function withClasses(sizes: ViewSizes) {
  return plainViews(sizes).map((plain) => ({
    ...plain,
    items: plain.items.map(({ id, label }) => ({ id, ...(label !== undefined && label >= 0 && { label }) })),
  }));
}

/** What a metric says, unless the plan lacks a role. */
async function reportOf(metric: Metric, encoded: EncodedViews): Promise<MetricReport | undefined> {
  try {
    return await metric.measure(encoded, running());
  } catch (error) {
    expect(error).toBeInstanceOf(ViewforgeError);
    expect(['NAME', 'PLAN']).toContain((error as ViewforgeError).code);
    return undefined;
  }
}

/** Views of numbers rounded to float32, held in float32 or in float64. */
function inFloat32({ items, views }: EncodedViews, isWide: boolean): EncodedViews {
  const entries = Object.entries(views).map(([role, list]) => {
    const rounded = list.map(({ features, blend }) => {
      const data = Float32Array.from(values(features));
      return { features: tensor(isWide ? Float64Array.from(data) : data, features.shape), blend };
    });
    return [role, rounded] as const;
  });
  return { items, views: Object.fromEntries(entries) };
}

function expectSame(actual: MetricReport, expected: MetricReport, tolerance = 1e-9): void {
  expect(actual.n).toBe(expected.n);
  expect(Object.keys(actual.parts).sort()).toEqual(Object.keys(expected.parts).sort());
  const numbers = ({ value, parts }: MetricReport): Record<string, number> => ({ value, ...parts });
  for (const [part, number] of Object.entries(numbers(expected))) {
    const other = numbers(actual)[part]!;
    if (Number.isNaN(number)) expect(other, part).toBeNaN();
    else
      expect(Math.abs(other - number), `${part}: ${other}, not ${number}`).toBeLessThanOrEqual(
        tolerance * Math.max(1, Math.abs(number)),
      );
  }
}
