import type { AlignedBatch, Loss, LossGradients } from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { batchLossLaws, obeysBatchLossLaws } from './batch-loss-laws.ts';
import { exampleFeatures } from './example-features.ts';
import { brokenLaws } from './law.ts';

/** The mean squared length of the first view's rows. */
function measured({ views: [first] }: AlignedBatch): LossGradients {
  const rows = values(first!);
  const [n, d] = first!.shape as [number, number];
  const perQuery = Float64Array.from({ length: n }, (_, i) =>
    [...rows.subarray(i * d, (i + 1) * d)].reduce((sum, each) => sum + each * each, 0),
  );
  const value = perQuery.reduce((sum, each) => sum + each, 0) / n;
  return { value, perQuery, parts: {}, gradients: { views: [times(first!, 2 / n)] } };
}

const batch: AlignedBatch = { views: [times(exampleFeatures(3, 2), 1)] };
const loss = (differentiate: (batch: AlignedBatch) => LossGradients): Loss<'aligned'> => ({
  kind: 'loss',
  name: 'example',
  version: 1,
  measures: 'aligned',
  measure: (given) => {
    const { gradients: _, ...report } = differentiate(given);
    return report;
  },
  differentiate,
});

obeysBatchLossLaws(loss(measured), [{ name: 'rows', batch }]);

test.each<[string, (batch: AlignedBatch) => LossGradients, string[]]>([
  [
    'that spoils its input',
    (given) => {
      values(given.views[0]!)[0] = 7;
      return measured(given);
    },
    ['the batch stays as it was', 'gradients agree with central differences'],
  ],
  [
    'of which the value is a sum',
    (given) => ({ ...measured(given), value: 3 * measured(given).value }),
    ['the value is the mean of what is said of each item', 'gradients agree with central differences'],
  ],
  [
    'with half its gradients',
    (given) => ({ ...measured(given), gradients: { views: [times(measured(given).gradients.views![0]!, 0.5)] } }),
    ['gradients agree with central differences'],
  ],
  ['without gradients', (given) => ({ ...measured(given), gradients: {} }), ['gradients agree with central differences']],
  [
    'with a gradient that is no number',
    (given) => ({ ...measured(given), gradients: { views: [times(given.views[0]!, Number.NaN)] } }),
    ['measuring and differentiating report the same, in finite numbers', 'gradients agree with central differences'],
  ],
])('a loss %s is found', async (_, differentiate, expected) => {
  const rows: AlignedBatch = { views: [times(batch.views[0]!, 1)] };
  const broken = await brokenLaws(batchLossLaws(loss(differentiate), [{ name: 'rows', batch: rows }]));
  expect(broken.map((name) => name.replace('rows: ', ''))).toEqual(expected);
});

function times(rows: Features, factor: number): Features {
  return tensor(
    Float64Array.from(values(rows), (each) => each * factor),
    rows.shape,
  );
}
