import { mixBlend } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { blendRows, exampleViewBatch } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { drawMetricSources, metrixInput, mixedPairLabels } from './metrix-input.ts';
import { mixSources } from './mix-rows.ts';

const context = { epoch: 0, step: 0, fraction: 0 };

test('anchor (1, 0), positive (0.8, 0.6) and negative (0, 1) mixed by 0.7: example, distance, loss', () => {
  const rows = tensor(Float64Array.of(1, 0, 0.8, 0.6, 0, 1), [3, 2]);
  const sources = [
    [
      [1, 0.7],
      [2, 0.3],
    ],
  ] as const;
  const [x, y] = values(mixSources(rows, sources)) as unknown as [number, number];
  expect([x, y]).toEqual([expect.closeTo(0.56, 12), expect.closeTo(0.72, 12)]);
  const distance = Math.hypot(1 - x, y);
  expect(distance).toBeCloseTo(0.843801, 6);
  const blend = mixBlend({ kind: 'identity' }, sources);
  const [[label]] = mixedPairLabels([5], blend, [5, 5, 9], 1) as [[number]];
  expect(label).toBeCloseTo(0.7, 6);
  // contrastive loss of a pair that is positive by its label, margin 0.5
  expect(label * distance + (1 - label) * Math.max(0, 0.5 - distance)).toBeCloseTo(0.590661, 6);
  // multi-similarity, beta 18, margin 0.77: positives weighted by the label
  expect(Math.log1p(label * Math.exp(18 * (0.77 - x))) / 18).toBeCloseTo(0.191967, 6);
});

test('rows are mixed of a positive, or the anchor, and a negative of it', () => {
  const labels = [0, 0, 1, 1, 2];
  for (let seed = 0; seed < 30; seed++) {
    for (const pairs of ['positive-negative', 'anchor-negative'] as const) {
      drawMetricSources(labels, pairs, 0.6, createRandom(seed)).forEach(([first, negative], i) => {
        expect([first![1], negative![1]]).toEqual([0.6, 0.4]);
        expect(labels[first![0]]).toBe(labels[i]);
        expect(labels[negative![0]]).not.toBe(labels[i]);
        const isSelf = pairs === 'anchor-negative' || i === 4; // item 4 is alone in its class
        expect(first![0] === i).toBe(isSelf);
      });
    }
  }
});

test('without another class nothing is mixed', () => {
  const batch = { ...exampleViewBatch([3, 1, 2, 2]), labels: Int32Array.of(1, 1, 1) };
  const mixed = metrixInput().apply(batch, metrixInput().draw(batch, createRandom(1), context));
  expect(mixed.values.data).toEqual(batch.values.data);
  expect(mixed.blend).toEqual({ kind: 'identity' });
});

test('without classes each item is mixed with another one, by one weight', () => {
  const { labels, ...batch } = exampleViewBatch([4, 1, 2, 2]);
  expect(labels).toBeDefined();
  const rows = blendRows(metrixInput().apply(batch, metrixInput().draw(batch, createRandom(2), context)));
  const weight = rows[0]![0]!;
  expect(weight).toBeGreaterThan(0);
  rows.forEach((row, i) => {
    expect(row[i]).toBe(weight);
  });
});

test('pair labels sum the shares of the class of the anchor', () => {
  const blend = mixBlend({ kind: 'identity' }, [
    [
      [0, 0.5],
      [1, 0.25],
      [2, 0.25],
    ],
  ]);
  expect(mixedPairLabels([7, 8, 9], blend, [7, 7, 8], 1)).toEqual([[0.75], [0.25], [0]]);
});
