import type { ReconstructionBatch } from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { maskedReconstruction } from './masked-reconstruction.ts';

expect.extend(matchers);
obeysOptionLaws(maskedReconstruction);
for (const distance of ['mse', 'normalized-mse', 'chamfer'] as const) {
  obeysBatchLossLaws(maskedReconstruction({ distance }), [
    { name: `${distance} of one draw`, batch: example([[0, 1, 1, 0, 1, 0]]) },
    {
      name: `${distance} of two draws`,
      batch: example([
        [0, 1, 1, 0, 1, 0],
        [1, 1, 0, 0, 0, 0],
      ]),
    },
    { name: `${distance} of nothing hidden`, batch: example([[0, 0, 0, 0, 0, 0]]) },
    // a step of 1e-6 says nothing of numbers of that size
    { name: `${distance} of tiny numbers`, batch: example([[0, 1, 1, 0, 1, 0]], 1e-6), smooth: false },
    { name: `${distance} of huge numbers`, batch: example([[0, 1, 1, 0, 1, 0]], 1e6), smooth: false },
  ]);
}

describe('values worked out by hand', () => {
  const originals = tensor(Float64Array.of(0, 0, 1, 3, 5, 5), [1, 3, 2]);
  const batch: ReconstructionBatch = {
    predictions: [tensor(Float64Array.of(9, 9, 2, 1, 5, 8), [1, 3, 2])],
    originals,
    masks: [Uint8Array.of(0, 1, 1)],
  };

  test('the mean over hidden patches, seen ones left out', () => {
    const { value, parts, gradients } = maskedReconstruction().differentiate(batch);
    expect(value).toBe(((1 + 4) / 2 + 9 / 2) / 2);
    expect(parts['hidden']).toBe(2);
    expect([...values(gradients.predictions![0]!)]).toEqual([0, 0, 0.5, -1, 0, 1.5]);
  });

  test('normalized originals: mean 2 and variance 2, with 1e-6 added', () => {
    const one = { ...batch, masks: [Uint8Array.of(0, 1, 0)] };
    const t = 1 / Math.sqrt(2 + 1e-6);
    const expected = ((2 + t) ** 2 + (1 - t) ** 2) / 2;
    expect(maskedReconstruction({ distance: 'normalized-mse' }).measure(one).value).toBeCloseTo(expected, 12);
  });

  test('a flat patch is normalized to zeros, and so is a patch of one number', () => {
    const flat = { ...batch, masks: [Uint8Array.of(0, 0, 1)] };
    expect(maskedReconstruction({ distance: 'normalized-mse' }).measure(flat).value).toBe((25 + 64) / 2);
    const single: ReconstructionBatch = {
      predictions: [tensor(Float64Array.of(3), [1, 1, 1])],
      originals: tensor(Float64Array.of(7), [1, 1, 1]),
      masks: [Uint8Array.of(1)],
    };
    expect(maskedReconstruction({ distance: 'normalized-mse' }).measure(single).value).toBe(9);
  });

  test('sets of points: the mean squared distance of nearest points, both ways', () => {
    const sets: ReconstructionBatch = {
      predictions: [tensor(Float64Array.of(0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0), [1, 1, 12])],
      originals: tensor(Float64Array.of(0, 1, 0, 3, 1, 0, 1, 1, 0, 2, 1, 0), [1, 1, 12]), // in another order
      masks: [Uint8Array.of(1)],
    };
    const { value, gradients } = maskedReconstruction({ distance: 'chamfer' }).differentiate(sets);
    expect(value).toBe(2);
    expect([...values(gradients.predictions![0]!)]).toEqual([0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0]);
  });

  test('points of two numbers, of which both go to one', () => {
    const sets: ReconstructionBatch = {
      predictions: [tensor(Float64Array.of(0, 0, 1, 0), [1, 1, 4])],
      originals: tensor(Float64Array.of(1, 0, 9, 0), [1, 1, 4]),
      masks: [Uint8Array.of(1)],
    };
    // there: (1 + 0) / 2; back: (0 + 64) / 2
    const { value, gradients } = maskedReconstruction({ distance: 'chamfer', coordinates: 2 }).differentiate(sets);
    expect(value).toBe(32.5);
    expect([...values(gradients.predictions![0]!)].map((each) => each + 0)).toEqual([-1, 0, -8, 0]);
  });
});

test('of several nearest points the first is taken', () => {
  const sets: ReconstructionBatch = {
    predictions: [tensor(Float64Array.of(0, 0), [1, 1, 2])],
    originals: tensor(Float64Array.of(1, -1), [1, 1, 2]),
    masks: [Uint8Array.of(1)],
  };
  const { gradients } = maskedReconstruction({ distance: 'chamfer', coordinates: 1 }).differentiate(sets);
  // both made points go to 1, and both originals to the first made point
  expect([...values(gradients.predictions![0]!)]).toEqual([-1, -1]);
});

test('the mean over draws', () => {
  const both = example([
    [0, 1, 1, 0, 1, 0],
    [1, 1, 0, 0, 0, 0],
  ]);
  const each = [0, 1].map((draw) => {
    const one = { ...both, predictions: [both.predictions[draw]!], masks: [both.masks[draw]!] };
    return maskedReconstruction().measure(one).value;
  });
  expect(maskedReconstruction().measure(both).value).toBeCloseTo((each[0]! + each[1]!) / 2, 12);
});

test('what was seen may hold anything', () => {
  const batch = example([[0, 1, 1, 0, 1, 0]]);
  const data = values(batch.predictions[0]!).slice();
  data[0] = Number.NaN;
  const found = maskedReconstruction().differentiate({ ...batch, predictions: [tensor(data, [2, 3, 6])] });
  expect(found.value).toBe(maskedReconstruction().measure(batch).value);
  expect(values(found.gradients.predictions![0]!)[0]).toBe(0);
});

test('gradients have the element type of their prediction', () => {
  const batch = example([[0, 1, 1, 0, 1, 0]]);
  const single = { ...batch, predictions: [tensor(Float32Array.from(values(batch.predictions[0]!)), [2, 3, 6])] };
  expect(maskedReconstruction().differentiate(single).gradients.predictions![0]!.data).toBeInstanceOf(Float32Array);
  expect(maskedReconstruction().differentiate(batch).gradients.predictions![0]!.data).toBeInstanceOf(Float64Array);
});

const whole = example([[0, 1, 1, 0, 1, 0]]);
test.each<[string, Partial<ReconstructionBatch>]>([
  ['originals of [n, p, d], none of them 0, got [6,6]', { originals: exampleFeatures(6, 6) }],
  ['predictions of at least one draw, got none', { predictions: [], masks: [] }],
  ['a mask for each of 1 draws, got 0', { masks: [] }],
  ['predictions of [2,3,6] in draw 0, got [6,6]', { predictions: [exampleFeatures(6, 6)] }],
  ['a mask of 6 patches in draw 0, got 5', { masks: [new Uint8Array(5)] }],
  ['finite numbers in patch 1 of draw 0, got a term of NaN', { originals: numbers(0, Number.NaN) }],
])('refused: expected %s', (message, wrong) => {
  expect(() => maskedReconstruction().measure({ ...whole, ...wrong })).toThrow(`masked-reconstruction: expected ${message}`);
});

test('patches that hold no whole points are refused', () => {
  expect(() => maskedReconstruction({ distance: 'chamfer', coordinates: 4 }).measure(whole)).toThrow(
    'expected patches of whole points of 4 numbers, got 6 numbers',
  );
});

/** Two items of three patches of six numbers. */
function example(masks: readonly (readonly number[])[], scale = 1): ReconstructionBatch {
  return {
    predictions: masks.map((_, draw) => numbers(1 + draw, scale)),
    originals: numbers(0, scale),
    masks: masks.map((each) => Uint8Array.from(each)),
  };
}

function numbers(seed: number, scale: number): Tensor {
  return tensor(
    Float64Array.from(values(exampleFeatures(6, 6, seed)), (each) => scale * each),
    [2, 3, 6],
  );
}
