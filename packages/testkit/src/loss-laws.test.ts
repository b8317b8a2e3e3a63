import { type ContrastBatch, eachExcluded, type Loss, type LossGradients } from '@viewforge/core';
import { type Features, features, values, zeros } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { exampleBatches } from './example-batches.ts';
import { brokenLaws } from './law.ts';
import { lossLaws, obeysLossLaws } from './loss-laws.ts';

const zerosLike = (block: Features): Features => zeros(block.shape, block);

/** The squared length of a query where it may see a key: simple, with gradients that are easy to get right or wrong. */
function measured(batch: ContrastBatch): LossGradients {
  const [n, d] = batch.queries.shape as [number, number];
  const rows = values(batch.queries);
  const perQuery = Float64Array.from({ length: n }, (_, i) =>
    [...rows.subarray(i * d, (i + 1) * d)].reduce((sum, each) => sum + each * each, 0),
  );
  const value = perQuery.reduce((sum, each) => sum + each, 0) / n;
  return {
    value,
    perQuery,
    parts: {},
    gradients: {
      queries: features(
        Float64Array.from(rows, (each) => (2 * each) / n),
        n,
        d,
      ),
      keys: batch.keys.map((block, b) => (batch.frozen?.[b] ? undefined : zerosLike(block))),
    },
  };
}

const loss = (differentiate: Loss['differentiate']): Loss => ({
  kind: 'loss',
  name: 'example',
  version: 1,
  measures: 'contrast',
  measure: (batch) => {
    const { gradients: _, ...report } = differentiate(batch);
    return report;
  },
  differentiate,
});
const batches = exampleBatches().slice(0, 1);

obeysLossLaws(loss(measured), batches);

test.each<[string, Loss['differentiate'], string[]]>([
  [
    'that spoils its input',
    (batch) => {
      batch.queries.set(0, 0, batch.queries.get(0, 0) + 1);
      return measured(batch);
    },
    ['the batch stays as it was'],
  ],
  [
    'of which the value is a sum',
    (batch) => ({ ...measured(batch), value: 2 * measured(batch).value }),
    ['the value is the mean over queries with a positive', 'gradients agree with central differences'],
  ],
  [
    'without gradients',
    (batch) => ({ ...measured(batch), gradients: {} }),
    ['queries, extras and every block of keys that learns have a gradient', 'gradients agree with central differences'],
  ],
  [
    'that forgets the gradient of its keys',
    (batch) => ({ ...measured(batch), gradients: { queries: measured(batch).gradients.queries! } }),
    ['queries, extras and every block of keys that learns have a gradient'],
  ],
  [
    'with an infinite gradient',
    (batch) => {
      const found = measured(batch);
      values(found.gradients.queries!)[1] = Number.POSITIVE_INFINITY;
      return found;
    },
    ['gradients agree with central differences'],
  ],
  [
    'of which gradients are half',
    (batch) => {
      const found = measured(batch);
      const [n, d] = batch.queries.shape as [number, number];
      return {
        ...found,
        gradients: {
          ...found.gradients,
          queries: features(
            Float64Array.from(values(found.gradients.queries!), (each) => each / 2),
            n,
            d,
          ),
        },
      };
    },
    ['gradients agree with central differences'],
  ],
  [
    'that depends on the order',
    (batch) => ({ ...measured(batch), perQuery: measured(batch).perQuery.sort() }),
    ['reordering queries reorders what is said of each'],
  ],
  [
    'that sees excluded keys',
    (batch) => {
      let seen = 0;
      eachExcluded(batch, 0, () => seen++);
      const { perQuery, ...found } = measured(batch);
      const raised = perQuery.map((each) => each + seen);
      return { ...found, perQuery: raised, value: found.value + seen };
    },
    ['an excluded key has no influence, whatever it holds'],
  ],
  [
    'with a gradient of frozen keys',
    (batch) => ({
      ...measured(batch),
      gradients: { ...measured(batch).gradients, keys: batch.keys.map((block) => zerosLike(block)) },
    }),
    ['a frozen block of keys has no gradient, and all else stays'],
  ],
  [
    'that does not look at frozen keys',
    (batch) => ({ ...measured(batch), parts: { keys: batch.keys.filter((_, b) => !batch.frozen?.[b]).length } }),
    ['a frozen block of keys has no gradient, and all else stays'],
  ],
])('a loss %s is found', async (_, differentiate, expected) => {
  const broken = await brokenLaws(lossLaws(loss(differentiate), exampleBatches().slice(0, 1)));
  const names = broken.map((name) => name.replace('pairs: ', ''));
  for (const name of expected) expect(names).toContain(name);
});

test('a loss that takes extras beyond their counts is found', async () => {
  const law = 'dense targets and extras: an extra that does not count has no influence';
  const withExtras = exampleBatches().filter(({ batch }) => batch.extras);
  const careless = (batch: ContrastBatch): LossGradients => {
    const report = measured(batch);
    return { ...report, value: report.value + Array.from(values(batch.extras!.values)).reduce((sum, each) => sum + each, 0) };
  };
  expect(await brokenLaws(lossLaws(loss(measured), withExtras))).not.toContain(law);
  expect(await brokenLaws(lossLaws(loss(careless), withExtras))).toContain(law);
});
