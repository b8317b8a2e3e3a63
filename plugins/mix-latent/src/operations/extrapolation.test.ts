import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { exampleViewBatch, exampleViewBatches, mixerPullbackError, obeysMixerLaws, obeysOptionLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { type ExtrapolationDraw, extrapolation } from './extrapolation.ts';

obeysOptionLaws(extrapolation);
for (const center of ['class', 'batch', 'partner'] as const)
  obeysMixerLaws(extrapolation({ center }), [...exampleViewBatches(), exampleViewBatch([4, 7])]);

const drawn: ExtrapolationDraw = { center: 'partner', amounts: [0.5, 0.5], partners: [1, 1], stage: 1 };
const batchOf = (rows: readonly (readonly number[])[], labels?: readonly number[]) => ({
  values: tensor(Float64Array.from(rows.flat()), [rows.length, 2]),
  blend: { kind: 'identity' } as const,
  ...(labels && { labels: Int32Array.from(labels) }),
});

test('(2, 1) away from (1, 1) by 0.5 is (2.5, 1), and the center stays', () => {
  const moved = extrapolation().apply(
    batchOf([
      [2, 1],
      [1, 1],
    ]),
    drawn,
  );
  expect([...values(moved.values)]).toEqual([2.5, 1, 1, 1]);
  expect(moved.blend).toEqual({ kind: 'identity' });
});

test('away from the mean of the batch, or of the class', () => {
  const batch = batchOf(
    [
      [0, 0],
      [4, 0],
      [8, 6],
    ],
    [7, 7, 2],
  );
  const amounts = [1, 0.5, 0.5];
  expect([...values(extrapolation().apply(batch, { ...drawn, center: 'batch', amounts, partners: [] }).values)]).toEqual([
    -4, -2, 4, -1, 10, 8,
  ]);
  expect([...values(extrapolation().apply(batch, { ...drawn, center: 'class', amounts, partners: [] }).values)]).toEqual([
    -2, 0, 5, 0, 8, 6,
  ]);
});

test('the mean of the batch stays when all move alike', () => {
  const batch = exampleViewBatch([6, 4]);
  const moved = extrapolation().apply(batch, { ...drawn, center: 'batch', amounts: Array(6).fill(0.4), partners: [] });
  for (let k = 0; k < 4; k++) {
    const meanOf = (data: ArrayLike<number>) => [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + data[4 * i + k]! / 6, 0);
    expect(meanOf(values(moved.values))).toBeCloseTo(meanOf(values(batch.values)), 5); // float32
  }
});

test('an amount of 0, and an item alone, stay', () => {
  const batch = batchOf([
    [2, 1],
    [1, 1],
  ]);
  expect(values(extrapolation().apply(batch, { ...drawn, amounts: [0, 0] }).values)).toEqual(values(batch.values));
  const alone = { ...batchOf([[3, 5]]), labels: Int32Array.of(0) };
  for (const center of ['class', 'batch', 'partner'] as const)
    expect([...values(extrapolation().apply(alone, { ...drawn, center, amounts: [0.5], partners: [0] }).values)]).toEqual([3, 5]);
});

test('class means need classes', () => {
  expect(() => extrapolation().apply(batchOf([[1, 2]]), { ...drawn, center: 'class', amounts: [1] })).toThrow(
    'extrapolation: expected items that all have a class, got one without',
  );
});

test('amounts are drawn from the range, one each', () => {
  const { amounts } = extrapolation({ amountRange: [0.1, 0.2] }).draw(exampleViewBatch([50, 2]), createRandom(1), {
    epoch: 0,
    step: 0,
    fraction: 0,
  });
  expect(new Set(amounts).size).toBe(50);
  expect(Math.min(...amounts)).toBeGreaterThanOrEqual(0.1);
  expect(Math.max(...amounts)).toBeLessThan(0.2);
});

test.each(['class', 'batch', 'partner'] as const)(
  'gradients flow to the item and to all its center is made of (%s)',
  (center) => {
    const params = { ...drawn, center, amounts: [0.3, 0.8, 0.5, 0, 1], partners: center === 'partner' ? [1, 2, 2, 0, 4] : [] };
    expect(mixerPullbackError(extrapolation(), exampleViewBatch([5, 2, 2]), params).worst).toBeLessThan(1e-6);
  },
);

test('classes that nobody knows are missed when it is drawn', () => {
  const context = { epoch: 0, step: 0, fraction: 0 };
  expect(() => extrapolation({ center: 'class' }).draw(batchOf([[1, 2]]), createRandom(1), context)).toThrow(
    'extrapolation: expected items that all have a class, got one without; take a source with classes, or another center',
  );
});

test('an item with NaN stays and counts for no mean', () => {
  const broken = {
    ...batchOf([
      [1, 2],
      [Number.NaN, 7],
      [3, 4],
    ]),
    labels: Int32Array.of(0, 0, 0),
  };
  const whole = {
    ...batchOf([
      [1, 2],
      [3, 4],
    ]),
    labels: Int32Array.of(0, 0),
  };
  for (const center of ['class', 'batch'] as const) {
    const found = values(extrapolation().apply(broken, { ...drawn, center, amounts: [0.5, 0.5, 0.5] }).values);
    const expected = values(extrapolation().apply(whole, { ...drawn, center, amounts: [0.5, 0.5] }).values);
    expect([...found]).toEqual([...expected.subarray(0, 2), Number.NaN, 7, ...expected.subarray(2)]);
  }
});
