import { createRandom, beta } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { blendRows, exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { metrixFeature } from './metrix-feature.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const batch = { ...exampleViewBatch([5, 3]), labels: Int32Array.of(0, 0, 1, 1, 2) };

obeysMixerLaws(metrixFeature(), exampleViewBatches());
obeysMixerLaws(metrixFeature({ pairs: 'positive-negative', stages: [0, 2] }), [batch]);

test('items become a share of one row and the rest of another, and the blend says so', () => {
  const params = { stage: 1, weight: 0.25, firsts: [1, 1, 2, 3, 4], negatives: [2, 4, 0, 3, 0] };
  const mixed = metrixFeature().apply(batch, params);
  const from = values(batch.values);
  for (const [i, first] of params.firsts.entries()) {
    const negative = params.negatives[i]!;
    const expected = [0, 1, 2].map((e) =>
      i === 3 ? from[9 + e]! : 0.25 * from[3 * first + e]! + 0.75 * from[3 * negative + e]!,
    );
    expect([...values(mixed.values)].slice(3 * i, 3 * i + 3)).toEqual(expected.map((each) => expect.closeTo(each, 6)));
  }
  expect(blendRows(mixed)[0]).toEqual([0, 0.25, 0.75, 0, 0]);
  expect(blendRows(mixed)[3]).toEqual([0, 0, 0, 1, 0]);
});

test('negatives are of other classes; positives of the same, or the item itself', () => {
  for (let seed = 0; seed < 40; seed++) {
    for (const pairs of ['positive-negative', 'anchor-negative'] as const) {
      const { firsts, negatives } = metrixFeature({ pairs }).draw(batch, createRandom(seed), context)!;
      firsts.forEach((first, i) => {
        expect(batch.labels[first]).toBe(batch.labels[i]);
        expect(batch.labels[negatives[i]!]).not.toBe(batch.labels[i]);
        expect(first === i).toBe(pairs === 'anchor-negative' || i === 4); // item 4 is alone in its class
      });
    }
  }
});

test.each([
  [{}, 1, [1]],
  [{}, 3, [1, 2, 3]],
  [{ stages: [0, 2] }, 3, [0, 2]],
])('stages of options %j, of an encoder of %d', (options, stages, expected) => {
  const part = metrixFeature(options);
  const drawn = Array.from({ length: 60 }, (_, seed) => part.draw(batch, createRandom(seed), { ...context, stages }));
  expect([...new Set(drawn.map((each) => part.stageOf!(each)))].sort()).toEqual(expected);
});

test('the stage is drawn first, then the weight', () => {
  const stream = createRandom(2);
  const stage = 1 + stream.integer(0, 3);
  expect(metrixFeature().draw(batch, createRandom(2), { ...context, stages: 3 })).toMatchObject({
    stage,
    weight: beta(stream, 2, 2),
  });
});

test('queries stay clean, and without another class nothing is mixed', () => {
  const part = metrixFeature();
  expect(part.draw(batch, createRandom(1), { ...context, index: 0 })).toBeNull();
  expect(part.apply(batch, null)).toBe(batch);
  expect(part.stageOf!(null)).toBe(0);
  const alike = { ...batch, labels: new Int32Array(5) };
  const mixed = part.apply(alike, part.draw(alike, createRandom(1), { ...context, index: 1 }));
  expect(values(mixed.values)).toEqual(values(batch.values));
  expect(mixed.blend).toEqual({ kind: 'identity' });
});
