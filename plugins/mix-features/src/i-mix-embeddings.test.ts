import { type ContrastBatch, excludedRanges, onlyColumns, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { beta, createRandom, permutation } from '@viewforge/random';
import { type Features, features, tensor, unitRows, values } from '@viewforge/tensor';
import { exampleBatches, gradientError, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { iMixEmbeddings } from './i-mix-embeddings.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const part = iMixEmbeddings();
const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const random = createRandom(5);
const normal = (n: number, d = 4): Features =>
  features(
    Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
const examples = exampleBatches();
const usable = [0, 2, 3, 4, 5, 6].map((i) => examples[i]!.batch);

obeysMixerLaws(part, usable);
obeysMixerLaws(iMixEmbeddings({ alpha: 0.2, fold: false }), usable);

test('queries of basis vectors whose logits are given: own, partner and mixed cross entropy', () => {
  // logits [[2, 1, 0], [0, 2, 1], [1, 0, 2]] of mixed queries: here they are given, so that mixing is by weight 1
  const logits = rows([2, 1, 0], [0, 2, 1], [1, 0, 2]);
  const keys = rows([1, 0, 0], [0, 1, 0], [0, 0, 1]);
  const drawn = { partners: [1, 2, 0], weights: [0.8, 0.7, 0.9] };
  const loss = infoNce({ temperature: 1, similarity: 'dot' });
  const own = loss.measure(pairs(logits, keys)).value;
  expect(own).toBeCloseTo(0.407606, 6);
  const { targets } = part.apply(pairs(logits, keys), drawn);
  expect(targets).toEqual(
    sparseWeights(
      [
        [
          [0, 0.8],
          [1, 0.2],
        ],
        [
          [1, 0.7],
          [2, 0.3],
        ],
        [
          [0, 0.1],
          [2, 0.9],
        ],
      ].map((row) => row.map(([c, w]) => [c!, w!] as const)),
    ),
  ); // prettier-ignore
  expect(loss.measure({ ...pairs(logits, keys), targets }).value).toBeCloseTo(0.607606, 6);
});

test('the loss of a mixed batch is the weighted sum of the losses for both keys', () => {
  const batch = pairs(normal(4), normal(4));
  const drawn = { partners: [1, 2, 3, 0], weights: [0.8, 0.7, 0.9, 0.6] };
  const mixed = part.apply(batch, drawn);
  const { perQuery } = infoNce({ temperature: 0.2 }).measure(mixed);
  const unit = unitRows(batch.queries).rows;
  drawn.partners.forEach((partner, i) => {
    const query = rows(
      [0, 1, 2, 3].map((e) => drawn.weights[i]! * unit.get(i, e) + (1 - drawn.weights[i]!) * unit.get(partner, e)),
    );
    const of = (column: number) =>
      infoNce({ temperature: 0.2 }).measure({ ...pairs(query, batch.keys[0]!), targets: sparseWeights([[[column, 1]]]) }).value;
    expect(perQuery[i]).toBeCloseTo(drawn.weights[i]! * of(i) + (1 - drawn.weights[i]!) * of(partner), 6); // targets are float32
  });
});

test('a source with several positives weighs no more than one with a single positive', () => {
  const weights = [
    [
      [0, 1],
      [1, 1],
      [2, 1],
    ],
    [[1, 0.5]],
  ] as const;
  const batch = { ...pairs(normal(2), normal(3)), targets: sparseWeights(weights) };
  const mixed = part.apply(batch, { partners: [1, 0], weights: [0.6, 0.9] });
  const loss = infoNce({ temperature: 0.2 });
  const { perQuery } = loss.measure(mixed);
  const own = (targets: readonly (readonly [number, number])[], row: number) =>
    loss.measure({ ...mixed, targets: sparseWeights([targets, targets]) }).perQuery[row]!;
  expect(perQuery[0]).toBeCloseTo(0.6 * own(weights[0], 0) + 0.4 * own(weights[1], 0), 6); // targets are float32
  expect(perQuery[1]).toBeCloseTo(0.9 * own(weights[1], 1) + 0.1 * own(weights[0], 1), 6);
});

test('with a queue a query sees both of its keys and the queue', () => {
  const batch: ContrastBatch = {
    queries: normal(3),
    keys: [normal(3), normal(4)],
    targets: { kind: 'identity' },
    excluded: excludedRanges([
      [[1, 3]],
      [
        [0, 1],
        [2, 3],
        [5, 6],
      ],
      [[0, 2]],
    ]), // prettier-ignore
  };
  const mixed = part.apply(batch, { partners: [1, 2, 2], weights: [0.6, 0.9, 0.7] });
  // query 0 must not see what query 1 must not see either: column 5
  expect(mixed.excluded).toEqual(
    excludedRanges([
      [
        [2, 3],
        [5, 6],
      ],
      [
        [0, 1],
        [5, 6],
      ],
      [[0, 2]],
    ]),
  ); // prettier-ignore
  expect(mixed.keys).toBe(batch.keys);
});

test('of chosen columns a query sees what both sources see, and the positives of both', () => {
  const batch = {
    ...pairs(normal(2), normal(3)),
    excluded: onlyColumns([
      [0, 2],
      [1, 2],
    ]),
  }; // prettier-ignore
  const mixed = part.apply(batch, { partners: [1, 0], weights: [0.6, 0.9] });
  expect(mixed.excluded).toEqual(
    onlyColumns([
      [0, 1, 2],
      [0, 1, 2],
    ]),
  ); // prettier-ignore
});

test('weight 1 changes nothing but lengths', () => {
  const batch = { ...pairs(normal(3), normal(3)), excluded: sparseExclusion([[1], [], [0]]) };
  const mixed = part.apply(batch, iMixEmbeddings({ alpha: 0 }).draw(batch, createRandom(1), context));
  const loss = infoNce();
  expect(loss.measure(mixed).value).toBeCloseTo(loss.measure(batch).value, 12);
  expect(values(mixed.queries)).toEqual(values(unitRows(batch.queries).rows));
});

test.each(usable)('gradients agree with central differences, %#', (batch) => {
  const drawn = part.draw(batch, createRandom(3), context);
  const loss = infoNce({ temperature: 0.5, similarity: 'dot' });
  const back = part.pullback!(batch, drawn, loss.differentiate(part.apply(batch, drawn)).gradients);
  const measure = ([queries, ...keys]: readonly Features[]) =>
    loss.measure(part.apply({ ...batch, queries: queries!, keys }, drawn)).value;
  expect(gradientError(measure, [batch.queries, ...batch.keys], [back.queries, ...back.keys!]).worst).toBeLessThan(1e-7);
});

test('partners are drawn first, then a folded weight for each', () => {
  const stream = createRandom(9);
  const partners = permutation(stream, 5);
  const weights = partners.map(() => beta(stream, 1, 1)).map((weight) => Math.max(weight, 1 - weight));
  expect(part.draw(examples[0]!.batch, createRandom(9), context)).toEqual({ partners, weights });
});

test('batches that it cannot mean are refused', () => {
  const itself = examples[1]!.batch;
  const drawn = { partners: [0], weights: [1] };
  expect(() => part.apply(itself, drawn)).toThrow('got keys that are the queries');
  const one = pairs(normal(1), normal(1));
  const none = Int32Array.of();
  expect(() => part.apply({ ...one, triplets: { queries: none, positives: none, negatives: none } }, drawn)).toThrow(
    'mix before mining',
  );
  const positives = { values: tensor(new Float64Array(4), [1, 1, 4]), counts: Int32Array.of(1) };
  expect(() => part.apply({ ...one, positives }, drawn)).toThrow('expected no synthetic positives');
});
