import { type Mixer, pairs, sparseWeights } from '@viewforge/core';
import { copy, features, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { exampleFeatures } from './example-features.ts';
import { brokenLaws } from './law.ts';
import { mixerLaws, obeysMixerLaws } from './mixer-laws.ts';

const batch = () => pairs(exampleFeatures(4, 3, 0), exampleFeatures(4, 3, 1));
const mixer = (made: Partial<Mixer<'contrast', number>>): Mixer<'contrast', number> => ({
  kind: 'mixer',
  name: 'example',
  version: 1,
  mixes: 'contrast',
  draw: (_batch, random) => random.uniform(0, 1),
  apply: (given, share) => {
    const queries = copy(given.queries);
    for (let i = 0; i < values(queries).length; i++) values(queries)[i] = values(queries)[i]! * share;
    return { ...given, queries };
  },
  ...made,
});
const broken = (made: Partial<Mixer<'contrast', number>>) => brokenLaws(mixerLaws(mixer(made), [batch()]));

obeysMixerLaws(mixer({}), [batch()]);

test('a mixer that spoils its batch is found', async () => {
  const apply: Mixer<'contrast', number>['apply'] = (given) => {
    values(given.queries).fill(0);
    return given;
  };
  expect(await broken({ apply })).toEqual(['the batch stays as it was']);
});

test('a draw that the seed does not decide is found', async () => {
  let turn = 0;
  expect(await broken({ draw: () => turn++ })).toEqual(['the same seed draws the same params']);
});

test('params that JSON cannot hold are found', async () => {
  expect(await broken({ draw: () => Number.POSITIVE_INFINITY, apply: (given) => given })).toEqual([
    'params survive being stored as JSON',
  ]);
});

test.each<[string, Mixer<'contrast', number>['apply']]>([
  ['fewer queries', (given) => ({ ...given, queries: given.queries.hi(3) })],
  ['NaN', (given) => ({ ...given, queries: features(new Float32Array(12).fill(Number.NaN), 4, 3) })],
  ['targets that sum to more than 1', (given) => ({ ...given, targets: sparseWeights([[[0, 2]], [], [], []]) })],
])('a result with %s is found', async (_, apply) => {
  expect(await broken({ apply })).toEqual(['the result is a finite, well-formed batch']);
});
