import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { exampleViewBatch, exampleViewBatches, mixerPullbackError, obeysMixerLaws, obeysOptionLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { type ColorDraw, colorAdapt } from './color-adapt.ts';

obeysOptionLaws(colorAdapt);
obeysMixerLaws(colorAdapt(), [...exampleViewBatches(), exampleViewBatch([4, 7])]);

const drawn: ColorDraw = { partners: [1, 1], stage: 0, channels: null };
const batchOf = (...numbers: number[]) => ({
  values: tensor(Float64Array.from(numbers), [2, 1, 1, 2]),
  blend: { kind: 'identity' } as const,
});

test('a channel of 1 and 3 with the statistics of 2 and 10 becomes 2 and 10', () => {
  const mixed = colorAdapt().apply(batchOf(1, 3, 2, 10), drawn);
  expect([...values(mixed.values)]).toEqual([2, 10, 2, 10].map((value) => expect.closeTo(value, 12)));
  expect(mixed.blend).toEqual({ kind: 'identity' });
});

test('a flat channel becomes the mean of the other, and a flat partner makes one flat', () => {
  expect([...values(colorAdapt().apply(batchOf(5, 5, 2, 10), drawn).values)]).toEqual([6, 6, 2, 10]);
  expect([...values(colorAdapt().apply(batchOf(1, 3, 4, 4), drawn).values)]).toEqual([4, 4, 4, 4]);
});

test('half of the rows, each as likely, get row n - 1 - i; one alone and the middle one stay', () => {
  const counts = new Float64Array(5);
  for (let seed = 0; seed < 1000; seed++) {
    const { partners } = colorAdapt().draw(exampleViewBatch([5, 2, 2, 2]), createRandom(seed), {
      epoch: 0,
      step: 0,
      fraction: 0,
    });
    partners.forEach((partner, i) => {
      expect([i, 4 - i]).toContain(partner);
      if (partner !== i) counts[i]!++;
    });
  }
  for (const i of [0, 1, 3, 4]) expect(Math.abs(counts[i]! / 1000 - 0.4)).toBeLessThan(0.08); // five deviations
  expect(counts[2]).toBe(0);
  const alone = colorAdapt().draw(exampleViewBatch([1, 2, 2, 2]), createRandom(1), { epoch: 0, step: 0, fraction: 0 });
  expect(alone.partners).toEqual([0]);
});

test('gradients flow to both rows, and none is lost at a flat channel', () => {
  expect(mixerPullbackError(colorAdapt(), exampleViewBatch([3, 2, 2, 2]), { ...drawn, partners: [2, 1, 2] }).worst).toBeLessThan(
    1e-6,
  );
  const slopes = tensor(Float64Array.of(1, 2, 0, 0), [2, 1, 1, 2]);
  const pulled = colorAdapt().pullback!(batchOf(1, 3, 4, 4), drawn, { values: slopes }).values!;
  expect([...values(pulled)]).toEqual([0, 0, 1.5, 1.5]);
});
