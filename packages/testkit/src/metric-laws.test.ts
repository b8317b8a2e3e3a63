import type { EncodedViews, Metric, MetricReport } from '@viewforge/core';
import { expect, test } from 'vitest';
import { exampleEncodedViews } from './example-batches.ts';
import { brokenLaws } from './law.ts';
import { metricLaws, obeysMetricLaws } from './metric-laws.ts';

const metric = (measure: (encoded: EncodedViews) => number): Metric => ({
  kind: 'metric',
  name: 'example',
  version: 1,
  better: 'neither',
  async measure(encoded): Promise<MetricReport> {
    const n = encoded.items.length;
    if (n === 0) return { value: Number.NaN, n, parts: {}, notes: ['no items'] };
    return { value: measure(encoded), n, parts: {}, notes: [] };
  },
});
const known = [{ encoded: exampleEncodedViews({ items: 3 }), value: 3 }];

obeysMetricLaws(
  metric(({ items }) => items.length),
  known,
);

test.each<[string, Metric, string]>([
  [
    'that looks at the order',
    metric(({ items, views }) => items.length + views['view']![0]!.features.get(0, 0)),
    'reordering items changes nothing',
  ],
  ['with a wrong value', metric(() => 4), 'known batches have their known values'],
  [
    'that spoils the views',
    metric(({ items, views }) => {
      views['view']![0]!.features.set(0, 0, Math.PI);
      return items.length;
    }),
    'views stay as they were',
  ],
  [
    'that says something of nothing',
    { ...metric(() => 3), measure: async () => ({ value: 3, n: 0, parts: {}, notes: [] }) },
    'the value of nothing is NaN, and a note says why',
  ],
])('a metric %s is found', async (_, part, law) => {
  expect(
    await brokenLaws(metricLaws(part, [{ encoded: exampleEncodedViews({ items: 3 }), value: 3 }], [exampleEncodedViews()])),
  ).toContain(law);
});
