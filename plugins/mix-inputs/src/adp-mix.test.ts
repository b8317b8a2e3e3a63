import { createRandom } from '@viewforge/random';
import { blendRows, exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { adpMix, balancedWeight } from './adp-mix.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const batch = { ...exampleViewBatch([5, 1, 2, 2]), labels: Int32Array.of(0, 1, 1, 2, 1) };
const options = { oldClasses: [0, 2], counts: [20, 80] };

obeysMixerLaws(adpMix({ oldClasses: [1], counts: [5, 9, 2] }), exampleViewBatches());

describe("the label's weight", () => {
  test.each([
    ['half an old item of 20 and a new one of 80', 0.5, [20, 80], 1, 0.8],
    ['classes that were seen as often', 0.3, [7, 7], 1, 0.3],
    ['counts that do not matter', 0.3, [20, 80], 0, 0.3],
    ['half the power of the counts', 0.5, [20, 80], 0.5, 2 / 3],
    ['a class not seen yet', 0.5, [0, 3], 1, 0.75],
    ['no old item', 0, [20, 80], 1, 0],
    ['no new item', 1, [20, 80], 1, 1],
  ] as const)('%s', (_, weight, counts, tempering, expected) => {
    expect(balancedWeight(weight, counts, tempering)).toBeCloseTo(expected, 12);
  });
});

test('old items are mixed with new ones and new ones with old ones, the old having one weight in all', () => {
  const drawn = adpMix(options).draw(batch, createRandom(3), context)!;
  const isOld = [true, false, false, true, false];
  drawn.partners.forEach((partner, i) => {
    expect(isOld[partner]).toBe(!isOld[i]);
  });
  const old = drawn.weights[0]!;
  drawn.weights.forEach((weight, i) => {
    expect(weight).toBe(isOld[i] ? old : 1 - old);
  });
  const labels = [...batch.labels];
  const rows = blendRows(adpMix(options).apply(batch, drawn));
  drawn.partners.forEach((partner, i) => {
    const count = (row: number) => options.counts[labels[row]!] ?? 1;
    const share = balancedWeight(old, isOld[i] ? [count(i), count(partner)] : [count(partner), count(i)]);
    expect(rows[i]![i]).toBeCloseTo(isOld[i] ? share : 1 - share, 6);
  });
});

test('a batch of new items alone is mixed as a whole, with labels as items', () => {
  const drawn = adpMix().draw(batch, createRandom(3), context)!;
  expect(drawn.labelWeights).toEqual(drawn.weights);
  drawn.partners.forEach((partner, i) => {
    expect(partner).not.toBe(i);
  });
});

test('alpha 0 leaves old and new items as they were', () => {
  const part = adpMix({ ...options, alpha: 0 });
  const mixed = part.apply(batch, part.draw(batch, createRandom(3), context));
  expect(mixed.values.data).toEqual(batch.values.data);
  expect(mixed.blend).toEqual({ kind: 'identity' });
});

test('items without classes are refused', () => {
  const { labels, ...unlabeled } = batch;
  expect(labels).toHaveLength(5);
  expect(() => adpMix().draw(unlabeled, createRandom(1), context)).toThrow('adp-mix: expected items that all have a class');
});
