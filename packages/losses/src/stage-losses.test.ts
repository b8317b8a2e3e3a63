import { type ContrastBatch, defineLoss, pairs } from '@viewforge/core';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { differentiateStages, infoNce, negativeCosine } from './index.ts';

/** UniCon-HA's example: per-anchor losses of four inliers, equally weighted in three stages and softly in the last. */
const equal = [1.599771, 1.456009, 1.532392, 1.606376];
const soft = [0.992705, 0.96228, 0.976242, 1.604732];

test('three stages with equal weights and a soft one', () => {
  const stage = (perQuery: readonly number[], weight?: number) => ({
    loss: known(perQuery),
    batch: pairs(rows([1, 0]), rows([1, 0])),
    ...(weight !== undefined && { weight }),
  });
  const { value } = differentiateStages([stage(equal), stage(equal), stage(equal), stage(soft)]);
  expect(value).toBeCloseTo((3 * 1.548637 + 1.13399) / 4, 6);
  const later = differentiateStages([stage(equal, 0), stage(equal, 0), stage(equal, 0), stage(soft, 2)]);
  expect(later.value).toBeCloseTo((2 * 1.13399) / 4, 6);
});

test('gradients are those of the whole value', () => {
  const loss = infoNce({ temperature: 0.5 });
  const batches = [pairs(rows([1, 0], [0.6, 0.8]), rows([0.8, 0.6], [0, 1])), pairs(rows([1, 2], [2, 1]), rows([1, 0], [0, 1]))];
  const weights = [1, 0.5];
  const whole = (moved: readonly ContrastBatch[]) =>
    differentiateStages(moved.map((batch, s) => ({ loss, batch, weight: weights[s]! })));
  const { stages } = whole(batches);
  const step = 1e-6;
  for (const s of [0, 1]) {
    for (let i = 0; i < 4; i++) {
      const [up, down] = [step, -step].map(
        (by) => whole(batches.map((batch, at) => (at === s ? moved(batch, i, by) : batch))).value,
      );
      expect(values(stages[s]!.gradients.queries!)[i]).toBeCloseTo((up! - down!) / (2 * step), 7);
    }
  }
});

test('stages may be of different batch types, and lists of gradients are scaled, too', () => {
  const views = [rows([1, 0], [0, 1]), rows([0.6, 0.8], [0.8, 0.6])];
  const loss = negativeCosine();
  const alone = loss.differentiate({ views }).gradients.views!;
  const contrast = { loss: infoNce(), batch: pairs(views[0]!, views[1]!) };
  const { stages } = differentiateStages([contrast, { loss, batch: { views }, weight: 3 }]);
  stages[1]!.gradients.views!.forEach((found, v) => {
    expect(found && [...values(found)]).toEqual(alone[v] && [...values(alone[v]).map((each) => each * 1.5)]);
  });
});

test('no stage, and a weight that is none, are refused', () => {
  expect(() => differentiateStages([])).toThrow('expected at least one stage, got none');
  const stage = { loss: infoNce(), batch: pairs(rows([1, 0]), rows([1, 0])), weight: -1 };
  expect(() => differentiateStages([stage])).toThrow('expected a finite weight >= 0 for stage 0, got -1');
});

/** A loss that has these values whatever it is given. */
function known(perQuery: readonly number[]) {
  const value = perQuery.reduce((sum, each) => sum + each, 0) / perQuery.length;
  const report = { value, perQuery: Float64Array.from(perQuery), parts: {} };
  return defineLoss({
    name: 'known',
    summary: 'Values that are known.',
    measure: () => report,
    differentiate: () => ({ ...report, gradients: {} }),
  })();
}

function moved(batch: ContrastBatch, i: number, by: number): ContrastBatch {
  const queries = values(batch.queries).slice();
  queries[i]! += by;
  return { ...batch, queries: tensor(queries, batch.queries.shape) };
}

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}
