import { sparseWeights } from './contrast.ts';
import { tensor } from '@viewforge/tensor';
import { blendRows, exampleViewBatch } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { mixBlend, pairSources, type Sources } from './mix-blend.ts';

const batch = exampleViewBatch([3, 1, 1, 1]);
const mixed = sparseWeights([
  [
    [0, 0.5],
    [1, 0.5],
  ],
  [[1, 1]],
  [[2, 1]],
]);

test('a mixed item holds w of itself and the rest of its partner', () => {
  const blend = mixBlend({ kind: 'identity' }, pairSources([1, 2, 2], [0.25]));
  expect(blendRows({ ...batch, blend })).toEqual([
    [0.25, 0.75, 0],
    [0, 0.25, 0.75],
    [0, 0, 1],
  ]);
});

test('mixing what was mixed before multiplies shares, whatever form they are stored in', () => {
  const dense = { kind: 'dense', values: tensor(Float64Array.of(0.5, 0.5, 0, 0, 1, 0, 0, 0, 1), [3, 3]) } as const;
  for (const incoming of [mixed, dense]) {
    const blend = mixBlend(incoming, pairSources([2, 0, 1], [0.5]));
    expect(blendRows({ ...batch, blend })).toEqual([
      [0.25, 0.25, 0.5],
      [0.25, 0.75, 0],
      [0, 0.5, 0.5],
    ]);
  }
});

test('nothing mixed is the identity, which costs no memory', () => {
  const identity = { kind: 'identity' } as const;
  expect(mixBlend(identity, pairSources([1, 2, 0], [1]))).toEqual(identity);
  expect(mixBlend(identity, pairSources([0, 1, 2], [0.3]))).toEqual(identity);
  expect(mixBlend(identity, pairSources([1, 0], [0])).kind).toBe('sparse');
});

test('several sources sum up', () => {
  const sources: Sources[] = [
    [
      [0, 0.5],
      [1, 0.25],
      [1, 0.25],
    ],
    [[1, 1]],
    [[0, 1]],
  ];
  expect(blendRows({ ...batch, blend: mixBlend({ kind: 'identity' }, sources) })).toEqual([
    [0.5, 0.5, 0],
    [0, 1, 0],
    [1, 0, 0],
  ]);
});
