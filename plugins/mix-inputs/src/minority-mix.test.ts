import { createRandom } from '@viewforge/random';
import { exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { drawMinorityPartner, minorityMix, minorityWeights } from './minority-mix.ts';

const context = { epoch: 0, step: 0, fraction: 0 };

obeysMixerLaws(minorityMix({ attributes: 2, counts: [5, 1] }), exampleViewBatches());

test('attributes that occur 6, 3 and 1 times are drawn by 1/9, 2/9 and 2/3', () => {
  const weights = minorityWeights([6, 3, 1]);
  [0.111111, 0.222222, 0.666667].forEach((expected, i) => {
    expect(weights[i]).toBeCloseTo(expected, 6);
  });
  expect(minorityWeights([])).toEqual([]);
  expect(minorityWeights([0, 1])).toEqual([0.5, 0.5]);
});

test('partners have the same object, another attribute, and the rare ones come as often as their weights say', () => {
  // object 1 of four attributes: 4, 5, 6, 7; the item has 4; the others occur 6, 3 and 1 times
  const labels = [4, ...Array(6).fill(5), ...Array(3).fill(6), 7, 0, 1];
  const drawn = Array.from(
    { length: 3000 },
    (_, seed) => labels[drawMinorityPartner({ labels, attributes: 4 }, 0, createRandom(seed))],
  );
  [
    [5, 1 / 9],
    [6, 2 / 9],
    [7, 2 / 3],
  ].forEach(([label, p]) => {
    const share = drawn.filter((each) => each === label).length / 3000;
    expect(Math.abs(share - p!)).toBeLessThan(5 * Math.sqrt((p! * (1 - p!)) / 3000));
  });
  expect(drawn.every((label) => label! >= 5 && label! <= 7)).toBe(true);
});

test('counts of the data decide, not those of the batch', () => {
  const of = { labels: [0, 1, 1, 1, 2], attributes: 3, counts: [9, 1, 99] };
  const drawn = Array.from({ length: 500 }, (_, seed) => of.labels[drawMinorityPartner(of, 0, createRandom(seed))]);
  expect(drawn.filter((label) => label === 1).length).toBeGreaterThan(470); // 0.99 of 500
});

test('an object with one attribute gives any of its items, maybe the item itself', () => {
  const drawn = Array.from({ length: 100 }, (_, seed) =>
    drawMinorityPartner({ labels: [3, 3, 8], attributes: 1 }, 0, createRandom(seed)),
  );
  expect(new Set(drawn)).toEqual(new Set([0, 1]));
});

test('a batch shares one weight', () => {
  const drawn = minorityMix({ attributes: 3 }).draw(exampleViewBatch([6, 1, 2, 2]), createRandom(1), context)!;
  expect(drawn.weights).toHaveLength(1);
  drawn.partners.forEach((partner, i) => {
    expect(partner % 3).not.toBe(i % 3);
  }); // classes 0, 1, 2 are attributes of one object
});
