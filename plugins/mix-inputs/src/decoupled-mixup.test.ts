import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { blendRows, exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { decoupledMixup, mixDecoupled } from './decoupled-mixup.ts';

const at = (fraction: number) => ({ epoch: 3, step: 30, fraction });
const batch = exampleViewBatch([4, 3, 2, 2]);

obeysMixerLaws(decoupledMixup({ labelLaw: 'beta', stopAt: 0.5 }), exampleViewBatches());

test('items and labels have weights of their own', () => {
  const mixed = mixDecoupled({ ...batch }, { weights: [1], labelWeights: [0.25], partners: [1, 0, 3, 2] });
  expect(values(mixed.values)).toEqual(values(batch.values));
  expect(blendRows(mixed)[0]).toEqual([0.25, 0.75, 0, 0]);
});

test('the label has the weight of the item, unless it is drawn apart', () => {
  const same = decoupledMixup().draw(batch, createRandom(1), at(0))!;
  expect(same.labelWeights).toEqual(same.weights);
  const apart = decoupledMixup({ labelLaw: 'beta' }).draw(batch, createRandom(1), at(0))!;
  expect(apart.weights).toEqual(same.weights);
  expect(apart.labelWeights).not.toEqual(apart.weights);
});

test('from stopAt on the batch stays as it was, while as many numbers are drawn', () => {
  const part = decoupledMixup({ stopAt: 0.5 });
  const [before, after] = [createRandom(1), createRandom(1)];
  expect(part.draw(batch, before, at(0.49))).not.toBeNull();
  const drawn = part.draw(batch, after, at(0.5));
  expect(part.apply(batch, drawn)).toBe(batch);
  expect(after.word()).toBe(before.word());
});
