import { type ContrastBatch, onlyColumns, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, features, unitRows, values } from '@viewforge/tensor';
import { exampleBatches, gradientError, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { metrix } from './metrix.ts';
import { type MetrixDraw, type MixedPairs, metrixEmbedding } from './metrix-embedding.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const part = metrixEmbedding();
const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const batches = exampleBatches().map(({ batch }) => batch);
const drawn = (more: Partial<MetrixDraw> = {}): MetrixDraw => ({
  ...{ weight: 0.7, pairs: 'positive-negative', count: 64, renormalize: false, seed: 1, ...more },
});
const mixedOf = (batch: ContrastBatch, params = drawn()): MixedPairs => part.apply(batch, params).positives as MixedPairs;

for (const pairs of ['positive-negative', 'anchor-negative'] as const) obeysMixerLaws(metrixEmbedding({ pairs }), batches);
obeysMixerLaws(metrixEmbedding({ count: 1, renormalize: true }), batches);

/** An anchor (1, 0), its positive (0.8, 0.6) and a negative (0, 1), none of them at length 1. */
const anchor: ContrastBatch = { ...pairs(rows([2, 0]), rows([4, 3], [0, 5])), targets: sparseWeights([[[0, 1]]]) };

test('0.7 of the positive and 0.3 of the negative, and the losses of this pair', () => {
  const mixed = mixedOf(anchor);
  expect([...values(mixed.values)]).toEqual([expect.closeTo(0.56, 12), expect.closeTo(0.72, 12)]);
  expect([...mixed.labels, ...mixed.counts]).toEqual([expect.closeTo(0.7, 6), 1]);
  const batch = part.apply(anchor, drawn());
  const of = (form: 'contrastive' | 'multi-similarity') => metrix({ form }).measure(batch).parts['mixed'];
  expect(of('contrastive')).toBeCloseTo(0.590661, 6);
  expect(of('multi-similarity')).toBeCloseTo(0.191967, 6);
});

test('the anchor itself, and rows brought to length 1', () => {
  const mixed = mixedOf(anchor, drawn({ pairs: 'anchor-negative', renormalize: true }));
  const length = Math.hypot(0.7, 0.3);
  expect([...values(mixed.values)]).toEqual([0.7 / length, 0.3 / length].map((each) => expect.closeTo(each, 12)));
});

test('the hardest negatives are mixed, each with a positive that the anchor has; hidden keys never', () => {
  const batch: ContrastBatch = {
    ...pairs(rows([1, 0]), rows([1, 0.1], [0.9, -0.2], [1, 0.3], [1, 0.5], [1, 0.7], [0, 1])),
    targets: sparseWeights([
      [
        [0, 0.5],
        [1, 0.5],
      ],
    ]), // prettier-ignore
    excluded: sparseExclusion([[2]]),
  };
  const unit = unitRows(batch.keys[0]!).rows;
  const mixture = (p: number, n: number): number[] => [0, 1].map((e) => 0.7 * unit.get(p, e) + 0.3 * unit.get(n, e));
  const seen = new Set<number>();
  for (let seed = 0; seed < 12; seed++) {
    const mixed = mixedOf(batch, drawn({ count: 2, seed }));
    expect(mixed.values.shape).toEqual([1, 2, 2]);
    for (const [i, negative] of [3, 4].entries()) {
      const row = [0, 1].map((e) => mixed.values.get(0, i, e));
      const from = [0, 1].filter((p) => mixture(p, negative).every((each, e) => Math.abs(each - row[e]!) < 1e-9));
      expect(from).toHaveLength(1);
      seen.add(from[0]!);
    }
  }
  expect(seen).toEqual(new Set([0, 1]));
});

test('anchors without a positive, and those without negatives, have no mixed rows', () => {
  expect([...mixedOf({ ...anchor, targets: sparseWeights([[]]) }).counts]).toEqual([0]);
  expect([...mixedOf({ ...anchor, excluded: onlyColumns([[0]]) }).counts]).toEqual([0]);
  expect([...mixedOf({ ...anchor, excluded: onlyColumns([[0, 1]]) }).counts]).toEqual([1]);
  const { parts, value } = metrix().measure(part.apply({ ...anchor, excluded: onlyColumns([[0]]) }, drawn()));
  expect(parts['mixed']).toBe(0);
  expect(value).toBe(parts['clean']);
});

test.each(
  batches.flatMap((batch) => (['positive-negative', 'anchor-negative'] as const).map((pairs) => [batch, pairs] as const)),
)('gradients agree with central differences, %#', (batch, pairs) => {
  for (const [form, renormalize] of [
    ['contrastive', false],
    ['multi-similarity', true],
  ] as const) {
    // prettier-ignore
    const params = drawn({ pairs, renormalize, weight: 0.4 });
    const loss = metrix({ form, margin: 0.9, positiveScale: 3, negativeScale: 4, base: 0.2 });
    const back = part.pullback!(batch, params, loss.differentiate(part.apply(batch, params)).gradients);
    const measure = ([queries, ...keys]: readonly Features[]) =>
      loss.measure(part.apply({ ...batch, queries: queries!, keys }, params)).value;
    expect(back.positives).toBeUndefined();
    expect(gradientError(measure, [batch.queries, ...batch.keys], [back.queries, ...back.keys!]).worst).toBeLessThan(1e-6);
  }
});

test('frozen keys get no gradient from mixed rows', () => {
  const batch = { ...anchor, frozen: [true] };
  const { gradients } = metrix().differentiate(part.apply(batch, drawn()));
  expect(part.pullback!(batch, drawn(), gradients).keys).toEqual([undefined]);
});

test('the weight comes from Beta(2, 2), and either kind of pairs is as likely', () => {
  const found = Array.from({ length: 400 }, (_, seed) => part.draw(anchor, createRandom(seed), context));
  const share = found.filter((each) => each.pairs === 'anchor-negative').length / 400;
  expect(Math.abs(share - 0.5)).toBeLessThan(0.125); // 5 deviations
  const mean = found.reduce((sum, { weight }) => sum + weight, 0) / 400;
  const variance = found.reduce((sum, { weight }) => sum + (weight - mean) ** 2, 0) / 400;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.056); // 5 deviations of 0.2236 / 20
  expect(Math.abs(variance - 0.05)).toBeLessThan(0.015);
});

test('numbers that are none and synthetic positives are refused', () => {
  const broken = { ...anchor, keys: [rows([4, 3], [0, Number.NaN])] };
  expect(() => part.apply(broken, drawn())).toThrow('expected finite numbers');
  expect(() => part.apply(part.apply(anchor, drawn()), drawn())).toThrow('expected no synthetic positives');
});
