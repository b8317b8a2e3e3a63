import { createRandom } from '@viewforge/random';
import { obeysSamplerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { sequential } from './sequential.ts';

obeysSamplerLaws(sequential());

test('the order is that of the source, whatever the seed', () => {
  expect([...sequential().order({ size: 4 }, createRandom(1))]).toEqual([0, 1, 2, 3]);
  expect([...sequential().order({ size: 0 }, createRandom(1))]).toEqual([]);
});
