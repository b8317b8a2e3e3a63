import { type ContrastBatch, sparseExclusion } from '@viewforge/core';
import { withTwins } from '@viewforge/kernels';
import { infoNce } from '@viewforge/losses';
import { mixerSession } from '@viewforge/onnx';
import { createRandom } from '@viewforge/random';
import { type Features, features, values } from '@viewforge/tensor';
import { gradientError, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { extrapolatePositives } from './extrapolate-positives.ts';
import { featureTransformation } from './feature-transformation.ts';
import { interpolateNegatives } from './interpolate-negatives.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const random = createRandom(2);
const normal = (n: number, d = 6): Features =>
  features(
    Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
const single = (block: Features): Features => features(Float32Array.from(values(block)), block.shape[0]!, block.shape[1]!);

const double = (batch: ContrastBatch): ContrastBatch => {
  const doubled = (block: Features) => features(Float64Array.from(values(block)), block.shape[0]!, block.shape[1]!);
  return { ...batch, queries: doubled(batch.queries), keys: batch.keys.map(doubled) };
};

const queued: ContrastBatch = {
  queries: normal(4),
  keys: [normal(4), normal(5), normal(3)],
  targets: { kind: 'identity' },
  excluded: sparseExclusion([
    [1, 2, 3],
    [0, 2, 3, 6],
    [0, 1, 3],
    [0, 1, 2],
  ]), // prettier-ignore
  frozen: [true, true, true],
};
/** The other keys of the batch are negatives as well. */
const together: ContrastBatch = { ...queued, excluded: sparseExclusion([[], [6], [0], []]) };

/** No queue: keys are mixed apart. */
const inBatch: ContrastBatch = {
  queries: normal(4),
  keys: [normal(4)],
  targets: { kind: 'identity' },
  excluded: { kind: 'none' },
};

for (const batch of [queued, together, inBatch]) {
  obeysMixerLaws(featureTransformation(), [batch]);
  obeysMixerLaws(featureTransformation({ positiveSharing: 'element', negativeSharing: 'sample', renormalize: true }), [batch]);
}

test('it is both of its halves, by weights of positives, weights of negatives and the order, drawn in this order', () => {
  const drawn = featureTransformation().draw(queued, createRandom(5), context);
  const stream = createRandom(5);
  expect(drawn.positives).toEqual(extrapolatePositives().draw(queued, stream, context));
  expect(drawn.negatives).toEqual(interpolateNegatives().draw(queued, stream, context));
  for (const batch of [queued, together, inBatch]) {
    const whole = featureTransformation().apply(batch, drawn);
    const halves = extrapolatePositives().apply(interpolateNegatives().apply(batch, drawn.negatives), drawn.positives);
    expect(whole.keys.length).toBe(halves.keys.length);
    const loss = infoNce({ similarity: 'dot', temperature: 0.5 });
    expect(loss.measure(whole).value).toBeCloseTo(loss.measure(halves).value, 12);
    expect(loss.measure(whole).value).not.toBeCloseTo(loss.measure(batch).value, 2);
  }
});

test.each([queued, together, inBatch])('gradients agree with central differences, %#', (batch) => {
  const part = featureTransformation({ positiveSharing: 'sample', negativeSharing: 'element' });
  const free = { ...batch, frozen: batch.keys.map(() => false) };
  const drawn = part.draw(free, createRandom(7), context);
  const loss = infoNce({ temperature: 0.7, similarity: 'dot' });
  const back = part.pullback!(free, drawn, loss.differentiate(part.apply(free, drawn)).gradients);
  const measure = ([queries, ...keys]: readonly Features[]) =>
    loss.measure(part.apply({ ...free, queries: queries!, keys }, drawn)).value;
  expect(gradientError(measure, [free.queries, ...free.keys], [back.queries, ...back.keys!]).worst).toBeLessThan(2e-7);
});

test('the model, kernels and their twins give what float64 gives', async () => {
  const batch = { ...queued, queries: single(queued.queries), keys: queued.keys.map(single) };
  for (const renormalize of [false, true]) {
    for (const sharing of ['batch', 'sample', 'element'] as const) {
      const part = featureTransformation({ renormalize, positiveSharing: sharing, negativeSharing: sharing });
      const drawn = part.draw(batch, createRandom(8), context);
      const session = mixerSession(part, { from: 0 });
      const found = await session.apply(batch, drawn);
      expect(session.counts()).toMatchObject({ graph: 1, direct: 0 });
      await session.close();
      const expected = part.apply(batch, drawn);
      expect(found).toMatchObject({ targets: expected.targets, excluded: expected.excluded, frozen: expected.frozen });
      const rowsOf = (each: ContrastBatch) => [each.queries, ...each.keys].flatMap((block) => [...values(block)]);
      const exact = rowsOf(part.apply(double(batch), drawn)).map((each) => expect.closeTo(each, 6));
      for (const each of [found, expected]) expect(rowsOf(each)).toEqual(exact);
      expect(rowsOf(withTwins(() => part.apply(batch, drawn)))).toEqual(rowsOf(expected));
    }
  }
});

test('batches in float64 or with other negatives among the keys, and draws that mix nothing, have no model', () => {
  const { plan } = featureTransformation().graph!;
  const drawn = featureTransformation().draw(queued, createRandom(1), context);
  expect(plan(queued, drawn)).toBeUndefined();
  const floats = { ...together, queries: single(queued.queries), keys: queued.keys.map(single) };
  expect(plan(floats, drawn)).toBeUndefined();
  const idle = { ...drawn, negatives: { weights: { by: 'batch', value: 1 }, seed: 0 } } as const;
  expect(plan({ ...floats, excluded: queued.excluded }, idle)).toBeUndefined();
});
