import type { EncodedViews, Metric, MetricReport } from '@viewforge/core';
import { copy, features, stack, type Tensor, unstack, values } from '@viewforge/tensor';
import { expect } from 'vitest';
import { firstDifference, stateOf } from './compare.ts';
import { exampleEncodedViews } from './example-batches.ts';
import { running } from './example-items.ts';
import { type Law, registerLaws } from './law.ts';

/** Views of which the value is known, and how far from it a metric may be. */
export interface KnownMetric {
  readonly encoded: EncodedViews;
  readonly value: number;
  /** 1e-9 when left out. */
  readonly tolerance?: number;
}

/**
 * Registers the laws of a metric: reordering items changes nothing, known batches have their known values, views stay as
 * they were, and where there is nothing to measure the value is NaN with a note. `examples` are example views when left out.
 */
export function obeysMetricLaws(
  metric: Metric,
  known: readonly KnownMetric[],
  examples: readonly EncodedViews[] = [exampleEncodedViews(), exampleEncodedViews({ items: 9, views: 3, seed: 1 })],
): void {
  registerLaws(`${metric.name} obeys the laws of metrics`, metricLaws(metric, known, examples));
}

/** The same laws as values. */
export function metricLaws(metric: Metric, known: readonly KnownMetric[], examples: readonly EncodedViews[]): Law[] {
  const batches = [...examples, ...known.map(({ encoded }) => encoded)];
  const each = (check: (encoded: EncodedViews) => Promise<void>) => async () => {
    for (const encoded of batches) await check(encoded);
  };
  return [
    {
      name: 'views stay as they were',
      check: each(async (encoded) => {
        const before = stateOf(encoded);
        await metric.measure(encoded, running());
        expect(firstDifference(before, stateOf(encoded))).toBeUndefined();
      }),
    },
    { name: 'reordering items changes nothing', check: each((encoded) => sameInAnyOrder(metric, encoded)) },
    {
      name: 'known batches have their known values',
      check: async () => {
        expect(known.length, 'known values').toBeGreaterThan(0);
        for (const { encoded, value, tolerance = 1e-9 } of known) {
          const found = await metric.measure(encoded, running());
          expect(Math.abs(found.value - value), `distance of ${found.value} from ${value}`).toBeLessThanOrEqual(tolerance);
        }
      },
    },
    { name: 'the value of nothing is NaN, and a note says why', check: () => nothing(metric, batches[0]!) },
  ];
}

async function sameInAnyOrder(metric: Metric, encoded: EncodedViews): Promise<void> {
  const rows = encoded.items.map((_, row) => row);
  const before = await metric.measure(encoded, running());
  for (const order of [[...rows].reverse(), [...rows.slice(1), ...rows.slice(0, 1)]]) {
    const after = await metric.measure(inOrder(encoded, order), running());
    expect(after.n).toBe(before.n);
    for (const [name, value] of numbersOf(before)) expectClose(numbersOf(after).get(name), value, name);
  }
}

async function nothing(metric: Metric, encoded: EncodedViews): Promise<void> {
  const report = await metric.measure(inOrder(encoded, []), running());
  expect(report.value).toBeNaN();
  expect(report.n).toBe(0);
  expect(report.notes.length, 'notes').toBeGreaterThan(0);
}

function numbersOf({ value, parts }: MetricReport): ReadonlyMap<string, number> {
  return new Map([['value', value], ...Object.entries(parts)]);
}

function expectClose(actual: number | undefined, expected: number, name: string): void {
  if (Number.isNaN(expected)) expect(actual, name).toBeNaN();
  // sums of a few numbers in another order
  else expect(Math.abs(actual! - expected), name).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
}

/** Views whose features are reordered; items must not be blended. */
function inOrder(encoded: EncodedViews, rows: readonly number[]): EncodedViews {
  const views = Object.entries(encoded.views).map(
    ([role, list]) => [role, list.map((view) => ({ ...view, features: rowsOf(view.features, rows) }))] as const,
  );
  return { ...encoded, items: rows.map((row) => encoded.items[row]!), views: Object.fromEntries(views) };
}

function rowsOf(array: Tensor, rows: readonly number[]): Tensor {
  if (rows.length === 0) return features(values(array).slice(0, 0), 0, array.shape[1]!);
  return stack(rows.map((row) => copy(unstack(array, row))));
}
