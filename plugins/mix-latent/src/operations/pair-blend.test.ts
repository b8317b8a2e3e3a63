import { sparseWeights } from '@viewforge/core';
import { exampleViewBatch, blendRows } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { pairBlend } from './pair-blend.ts';

const rowsOf = (blend: Parameters<typeof pairBlend>[0]) => blendRows({ ...exampleViewBatch([2, 1]), blend });

test('a row holds its share of itself and the rest of its partner', () => {
  expect(rowsOf(pairBlend({ kind: 'identity' }, [1, 0], [0.75, 0]))).toEqual([
    [0.75, 0.25],
    [1, 0],
  ]);
  const mixed = sparseWeights([
    [
      [0, 0.5],
      [1, 0.5],
    ],
    [[1, 1]],
  ]);
  expect(rowsOf(pairBlend(mixed, [1, 0], [0.5, 0.5]))).toEqual([
    [0.25, 0.75],
    [0.25, 0.75],
  ]);
});

test('who stays by itself keeps its blend as it is', () => {
  const blend = { kind: 'identity' } as const;
  expect(pairBlend(blend, [0, 1], [0.5, 0.5])).toBe(blend);
  expect(pairBlend(blend, [1, 0], [1, 1])).toBe(blend);
});
