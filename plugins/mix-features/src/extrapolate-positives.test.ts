import { type ContrastBatch, onlyColumns, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { beta, createRandom } from '@viewforge/random';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleBatches, gradientError, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { extrapolatePositives } from './extrapolate-positives.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const by = (value: number, renormalize = false) => ({ weights: { by: 'batch', value }, renormalize }) as const;
const example = (name: string): ContrastBatch => exampleBatches().find((each) => each.name.startsWith(name))!.batch;

/** As MoCo pairs: queries of the note on losses, keys of which each query sees its own alone, and a queue. */
const moco: ContrastBatch = {
  queries: rows([1, 0.5], [-0.3, 1]),
  keys: [rows([0.8, 0.6], [0, 1]), rows([-0.6, 0.8], [0.6, -0.8], [1, 0])],
  targets: { kind: 'identity' },
  excluded: sparseExclusion([[1], [0]]),
  frozen: [true, true],
};
const batches = [
  moco,
  example('pairs'),
  example('all views'),
  example('weighted'),
  example('queries that see'),
  example('one pair'),
];

for (const positiveSharing of ['batch', 'sample', 'element'] as const) {
  obeysMixerLaws(extrapolatePositives({ positiveSharing, renormalize: positiveSharing === 'sample' }), batches);
}

test('a pair at weight 1.5: both rows, and their product 0', () => {
  const pair: ContrastBatch = { ...pairs(rows([2, 0]), rows([3, 4])) };
  const mixed = extrapolatePositives().apply(pair, by(1.5));
  expectClose(mixed.queries, [1.2, -0.4]);
  expectClose(mixed.keys[0]!, [0.4, 1.2]);
  expect(Math.hypot(...values(mixed.queries))).toBeCloseTo(1.264911, 6);
});

test.each([
  [1, 0.6],
  [1.25, 0.35],
  [1.5, 0],
  [2, -1],
])('weight %d makes a cosine of 0.6 a product of %d', (weight, expected) => {
  const { queries, keys } = extrapolatePositives().apply(pairs(rows([1, 0]), rows([0.6, 0.8])), by(weight));
  expect(queries.get(0, 0) * keys[0]!.get(0, 0) + queries.get(0, 1) * keys[0]!.get(0, 1)).toBeCloseTo(expected, 12);
});

test('InfoNCE of products and its gradient for the queries as given, as the note on losses has them', () => {
  const part = extrapolatePositives();
  const found = infoNce({ temperature: 0.5, similarity: 'dot' }).differentiate(part.apply(moco, by(1.5)));
  expect(found.value).toBeCloseTo(0.843403, 6);
  const back = part.pullback!(moco, by(1.5), found.gradients);
  const expected = [0.25598, -0.51196, -0.587803, -0.176341];
  for (const [i, each] of [...values(back.queries!)].entries()) expect(each).toBeCloseTo(expected[i]!, 6);
  expect(back.keys).toEqual([undefined, undefined]);
});

test('weight 1 is InfoNCE of what came in', () => {
  const { value } = infoNce({ temperature: 0.5, similarity: 'dot' }).measure(extrapolatePositives().apply(moco, by(1)));
  expect(value).toBeCloseTo(0.742207, 6);
  expect(value).toBeCloseTo(infoNce({ temperature: 0.5 }).measure(moco).value, 12);
});

test('moved keys replace a block of which every query sees its own row alone, and can learn', () => {
  const mixed = extrapolatePositives().apply(moco, by(1.5));
  expect(mixed).toMatchObject({ targets: moco.targets, excluded: moco.excluded, frozen: [false, true] });
  expect(mixed.keys).toHaveLength(2);
  expect(mixed.keys[1]).toBe(moco.keys[1]);
});

test('where other keys are negatives, moved keys are a block of their own and the clean positive is hidden', () => {
  const batch = pairs(rows([1, 0], [0, 1]), rows([3, 4], [0, 2]));
  const mixed = extrapolatePositives().apply(batch, by(1.5));
  expect(mixed.keys).toHaveLength(2);
  expectClose(mixed.keys[0]!, [0.6, 0.8, 0, 1]); // clean negatives at length 1
  expectClose(mixed.keys[1]!, [0.4, 1.2, 0, 1]);
  expect(mixed.targets).toEqual(sparseWeights([[[2, 1]], [[3, 1]]]));
  const seen = infoNce({ similarity: 'dot', temperature: 1 }).measure(mixed);
  expect(seen.parts['negatives']).toBe(1);
  // q^ . k^ against q^ . (the clean key of the other)
  const terms = [Math.log(1 + Math.exp(-0.4)), Math.log(1 + Math.exp(0.8 - 1))];
  expect([...seen.perQuery]).toEqual(terms.map((each) => expect.closeTo(each, 12)));
});

test('views against each other: a moved key is the moved query of its partner', () => {
  const batch = example('all views');
  const mixed = extrapolatePositives().apply(batch, by(1.3));
  for (const [i, partner] of [3, 4, 5, 0, 1, 2].entries()) {
    for (let e = 0; e < 4; e++) expect(mixed.keys[1]!.get(i, e)).toBeCloseTo(mixed.queries.get(partner, e), 12);
  }
});

test('queries that see chosen columns only see their positive where it was moved to', () => {
  const batch = { ...pairs(rows([1, 0], [0, 1]), rows([1, 1], [0, 2])), excluded: onlyColumns([[0, 1], [1]]) };
  expect(extrapolatePositives().apply(batch, by(1.5)).excluded).toEqual(onlyColumns([[1, 2], [3]]));
});

test('a query without a positive stays where it is, and triplets follow their positives', () => {
  const batch: ContrastBatch = {
    ...pairs(rows([3, 4], [0, 1]), rows([1, 0], [0, 5])),
    targets: sparseWeights([[], [[1, 1]]]),
    triplets: { queries: Int32Array.of(1), positives: Int32Array.of(1), negatives: Int32Array.of(0) },
  };
  const mixed = extrapolatePositives().apply(batch, by(1.7));
  expect([mixed.queries.get(0, 0), mixed.queries.get(0, 1)]).toEqual([expect.closeTo(0.6, 12), expect.closeTo(0.8, 12)]);
  expect([...mixed.triplets!.positives, ...mixed.triplets!.negatives]).toEqual([3, 0]);
});

test('a query with several positives is refused', () => {
  const batch = {
    ...pairs(rows([1, 0]), rows([1, 0], [0, 1])),
    targets: sparseWeights([
      [
        [0, 0.5],
        [1, 0.5],
      ],
    ]),
  }; // prettier-ignore
  expect(() => extrapolatePositives().apply(batch, by(1.5))).toThrow(
    expect.objectContaining({ code: 'DOMAIN', message: expect.stringContaining('got 2 of query 0') }),
  );
});

test.each(batches.flatMap((batch) => (['batch', 'sample', 'element'] as const).map((sharing) => [batch, sharing] as const)))(
  'gradients agree with central differences, %#',
  (batch, positiveSharing) => {
    for (const renormalize of [false, true]) {
      const part = extrapolatePositives({ positiveSharing, renormalize });
      const drawn = part.draw(batch, createRandom(4), context);
      const free = { ...batch, frozen: batch.keys.map(() => false) };
      const loss = infoNce({ temperature: 0.7, similarity: 'dot' });
      const at = ([queries, ...keys]: readonly Features[]): ContrastBatch => ({ ...free, queries: queries!, keys });
      const inputs = [batch.queries, ...batch.keys];
      const back = part.pullback!(free, drawn, loss.differentiate(part.apply(free, drawn)).gradients);
      const measure = (moved: readonly Features[]) => loss.measure(part.apply(at(moved), drawn)).value;
      expect(gradientError(measure, inputs, [back.queries, ...back.keys!]).worst).toBeLessThan(2e-7);
    }
  },
);

test('the weight is 1 + Beta(2, 2), and 1 before its first epoch', () => {
  const part = extrapolatePositives({ startEpoch: 2 });
  expect(part.draw(moco, createRandom(3), context)).toEqual(by(1));
  expect(part.draw(moco, createRandom(3), { ...context, epoch: 2 })).toEqual(by(1 + beta(createRandom(3), 2, 2)));
});

test('with one weight a row, or one an element, rows are moved by weights of their own', () => {
  const batch = pairs(rows([1, 0, 0], [1, 0, 0]), rows([0, 1, 0], [0, 1, 0]));
  const weights = (positiveSharing: 'sample' | 'element') => {
    const part = extrapolatePositives({ positiveSharing });
    return [...values(part.apply(batch, part.draw(batch, createRandom(5), context)).queries)];
  };
  const [a, b, , c] = weights('sample');
  expect(a! + b!).toBeCloseTo(1, 6); // w and 1 - w
  expect(c).not.toBeCloseTo(a!, 3);
  const [d, e] = weights('element');
  expect(d! + e!).not.toBeCloseTo(1, 3);
});

function expectClose(actual: Features, expected: readonly number[]): void {
  expect([...values(actual)]).toEqual(expected.map((each) => expect.closeTo(each, 12)));
}
