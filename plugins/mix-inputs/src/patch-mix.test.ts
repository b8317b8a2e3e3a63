import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { blendRows, exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { patchMix } from './patch-mix.ts';

const context = { epoch: 0, step: 0, fraction: 0 };

obeysMixerLaws(patchMix({ group: 3, patch: 4 }), exampleViewBatches());

/** For each item of a mixed batch, and each of its patches, the row of the batch that all pixels of the patch are from. */
function rowsOf(batch: ReturnType<typeof exampleViewBatch>, mixed: typeof batch, patch: number): number[][] {
  const [n, c, h, w] = batch.values.shape as [number, number, number, number];
  return Array.from({ length: n }, (_, i) => {
    const found = new Map<number, Set<number>>();
    for (let channel = 0; channel < c; channel++)
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++) {
          const value = mixed.values.get(i, channel, y, x);
          const row = Array.from({ length: n }, (_unused, j) => j).find((j) => batch.values.get(j, channel, y, x) === value)!;
          const at = Math.floor(y / patch) * Math.ceil(w / patch) + Math.floor(x / patch);
          found.set(at, (found.get(at) ?? new Set()).add(row));
        }
    for (const rows of found.values()) expect(rows.size).toBe(1);
    return [...found].sort(([a], [b]) => a - b).map(([, rows]) => [...rows][0]!);
  });
}

test('each of four mixed items has as many patches of every item, and together they have all', () => {
  const batch = exampleViewBatch([4, 3, 8, 8]);
  const part = patchMix({ group: 4, patch: 2 });
  const mixed = part.apply(batch, part.draw(batch, createRandom(6), context));
  const rows = rowsOf(batch, mixed, 2);
  for (const of of rows) for (let item = 0; item < 4; item++) expect(of.filter((row) => row === item)).toHaveLength(4);
  for (let at = 0; at < 16; at++) expect(rows.map((of) => of[at]!).sort()).toEqual([0, 1, 2, 3]);
  expect(blendRows(mixed)).toEqual(Array(4).fill([0.25, 0.25, 0.25, 0.25]));
});

test('the blend holds the share of pixels of each item, in patches that are cut off and groups that are filled up', () => {
  const batch = exampleViewBatch([5, 2, 5, 7]);
  const part = patchMix({ group: 3, patch: 3 });
  const mixed = part.apply(batch, part.draw(batch, createRandom(2), context));
  const pixels = [9, 9, 3, 6, 6, 2]; // of 2 by 3 patches of 3 pixels in 5 by 7
  const rows = rowsOf(batch, mixed, 3);
  expect(new Set(rows[3])).toEqual(new Set([3, 4, 0]));
  blendRows(mixed).forEach((shares, i) => {
    shares.forEach((share, item) => {
      const sum = pixels.reduce((total, count, at) => total + (rows[i]![at] === item ? count : 0), 0);
      expect(share).toBeCloseTo(sum / 35, 6); // float32
    });
  });
});

test.each([
  ['groups of one', patchMix({ group: 1, patch: 2 }), 4],
  ['a single item', patchMix({ group: 4, patch: 2 }), 1],
])('%s: nothing changes', (_, part, n) => {
  const batch = exampleViewBatch([n, 3, 6, 6]);
  const mixed = part.apply(batch, part.draw(batch, createRandom(1), context));
  expect(values(mixed.values)).toEqual(values(batch.values));
  expect(mixed.blend).toEqual({ kind: 'identity' });
});

test('rows of a table have no patches', () => {
  expect(() => patchMix().draw(exampleViewBatch([3, 4]), createRandom(1), context)).toThrow('expected items of [..., h, w]');
});
