import type { ContrastBatch } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { type Features, features, sinkhorn, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, matchers } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { swappedTargets } from './swapped-targets.ts';

expect.extend(matchers);

const soft = { epsilon: 0.5, iterations: 3, assignment: 'soft' } as const;
const worked = rows([0.9, 0.1], [0.8, 0.2], [0.3, 0.7]);

test('a crop predicts what another is assigned to: cross entropy and gradient of three rows', () => {
  const { targets, queryWeights } = swappedTargets({ scores: [worked], crops: 2 }, soft);
  const student = rows([0.7, 0.3], [0.9, 0], [0.2, 0.6]);
  const { value, gradients } = infoNce({ temperature: 0.1, similarity: 'dot' }).differentiate(
    againstAxes(stacked(worked, student), { targets, queryWeights }),
  );
  expect(value).toBeCloseTo(1.791308, 6);
  const second = [...values(gradients.queries!)].slice(6);
  expect(second).toBeCloseToTensor([0.919254, -0.919254, 1.275983, -1.275983, -0.536868, 0.536868], 1e-6);
  // the crop that assigns has nobody to predict
  expect([...values(gradients.queries!)].slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
});

describe('two crops that assign and two more', () => {
  const crops = [0, 1, 2, 3].map((seed) => doubles(exampleFeatures(4, 3, seed)));
  const found = swappedTargets({ scores: crops.slice(0, 2), crops: 4 }, soft);

  test('InfoNCE is the mean over assigning crops, other crops and items', () => {
    const { value } = infoNce({ temperature: 0.1, similarity: 'dot' }).measure(againstAxes(stacked(...crops), found));
    const terms = [0, 1].flatMap((a) => {
      const shares = values(sinkhorn(crops[a]!, soft));
      return crops.flatMap((crop, v) => (v === a ? [] : [meanCrossEntropy(shares, values(crop), 0.1)]));
    });
    expect(terms).toHaveLength(6);
    expect(value).toBeCloseTo(
      terms.reduce((sum, term) => sum + term / 6, 0),
      12,
    );
  });

  test('weights count the crops that a row is to predict', () => {
    expect([...found.queryWeights]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2]);
  });
});

test('queued rows take part in the assignment of a crop, and are left out afterward', () => {
  const queued = rows([0.9, 0.1], [0.95, 0.1], [1, 0]);
  const { targets } = swappedTargets({ scores: [worked], queued: [queued], crops: 2 }, soft);
  const all = values(sinkhorn(stacked(worked, queued), soft)).slice(0, 6);
  expect(targets.kind === 'dense' && [...values(targets.values)].slice(6)).toEqual([...all]);
  expect([...all]).not.toEqual([...values(sinkhorn(worked, soft))]);
});

test('hard assignments go to the largest share, the lower prototype of a tie', () => {
  const { targets } = swappedTargets({ scores: [rows([0.5, 0.5], [0.5, 0.5])], crops: 2 }, { ...soft, assignment: 'hard' });
  expect(targets.kind === 'dense' && [...values(targets.values)]).toEqual([0, 0, 0, 0, 1, 0, 1, 0]);
});

test('one prototype is certain: loss 0', () => {
  const [first, second] = [rows([0.3], [-0.2]), rows([0.9], [0.1])];
  const found = swappedTargets({ scores: [first, second], crops: 2 }, soft);
  expect(infoNce({ temperature: 0.1, similarity: 'dot' }).measure(againstAxes(stacked(first, second), found)).value).toBe(0);
});

test.each([
  ['SHAPE', [worked, rows([1, 2])], 'expected scores of [3, 2], got [1,2]'],
  ['NOT_FINITE', [rows([1, 0], [Number.POSITIVE_INFINITY, 0])], 'expected finite scores, got Infinity in row 1'],
  [
    'NOT_FINITE',
    [rows([1, 0], [-1.7e308, -1.7e308])],
    'expected scores that stay finite when divided by 0.5, got -1.7e+308 in row 1',
  ],
])('%s', (code, scores, message) => {
  expect(() => swappedTargets({ scores, crops: 2 }, soft)).toThrow(
    expect.objectContaining({ code, message: `swapped-targets: ${message}` }),
  );
});

/** Scores as queries, so that each logit is a score. */
function againstAxes(queries: Features, rest: Pick<ContrastBatch, 'targets' | 'queryWeights'>): ContrastBatch {
  const k = queries.shape[1]!;
  const axes = Float64Array.from({ length: k * k }, (_, i) => Number(i % (k + 1) === 0));
  return { queries, keys: [tensor(axes, [k, k])], excluded: { kind: 'none' }, ...rest };
}

function meanCrossEntropy(shares: ArrayLike<number>, scores: ArrayLike<number>, temperature: number): number {
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    const logits = [0, 1, 2].map((j) => scores[i * 3 + j]! / temperature);
    const total = Math.log(logits.reduce((all, logit) => all + Math.exp(logit), 0));
    for (let j = 0; j < 3; j++) sum -= (shares[i * 3 + j]! * (logits[j]! - total)) / 4;
  }
  return sum;
}

function stacked(...blocks: readonly Features[]): Features {
  const numbers = blocks.flatMap((block) => [...values(block)]);
  return tensor(Float64Array.from(numbers), [numbers.length / blocks[0]!.shape[1]!, blocks[0]!.shape[1]!]);
}

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function doubles(given: Features): Features {
  return tensor(Float64Array.from(values(given)), given.shape);
}
