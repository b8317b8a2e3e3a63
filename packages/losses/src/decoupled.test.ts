import { type ContrastBatch, pairs, sparseWeights } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { axes, exampleFeatures, matchers, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { decoupled, infoNce } from './index.ts';

expect.extend(matchers);
obeysLossLaws(decoupled());

test('two views of two items', () => {
  const x = rows([1, 0.2], [-0.5, 1], [0.9, 0.4], [-0.2, 0.8]);
  const targets = sparseWeights([2, 3, 0, 1].map((column) => [[column, 1]]));
  const batch: ContrastBatch = { queries: x, keys: [x], targets, excluded: { kind: 'self' } };
  expect(decoupled({ temperature: 0.5 }).measure(batch).value).toBeCloseTo(-1.327088, 6);
});

test.each([2, 5, 16])('%i orthogonal pairs give ln(n - 1) - 1/t', (n) => {
  const x = features(Float64Array.from(values(axes(n))), n, n);
  expect(decoupled({ temperature: 0.5 }).measure(pairs(x, x)).value).toBeCloseTo(Math.log(n - 1) - 2, 12);
});

test('the cross entropy is its softplus, query by query', () => {
  const batch = pairs(doubles(7, 1), doubles(7, 2));
  const [plain, apart] = [decoupled({ temperature: 0.3 }), infoNce({ temperature: 0.3 })].map((loss) => loss.measure(batch));
  for (const [query, value] of plain!.perQuery.entries()) {
    expect(apart!.perQuery[query]).toBeCloseTo(Math.log1p(Math.exp(value)), 12);
  }
});

test('without negatives it is exactly 0, and so are its gradients', () => {
  const found = decoupled().differentiate(pairs(rows([3, 1]), rows([-1, 2])));
  expect(found).toMatchLoss({ value: 0, queries: [0, 0], keys: [[0, 0]] }, 0);
});

test('a positive that is near pulls as hard as any other', () => {
  // unit rows, positive at an angle, one negative at right angles to everything
  const pull = (angle: number): number => {
    const keys = rows([Math.cos(angle), Math.sin(angle), 0], [0, 0, 1]);
    const { gradients } = decoupled({ temperature: 0.1 }).differentiate(pairs(rows([1, 0, 0]), keys));
    return -gradients.queries!.get(0, 1) / Math.sin(angle);
  };
  expect(pull(0.01)).toBeCloseTo(10, 9);
  expect(pull(1)).toBeCloseTo(10, 9);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function doubles(n: number, seed: number): Features {
  return features(Float64Array.from(values(exampleFeatures(n, 4, seed))), n, 4);
}
