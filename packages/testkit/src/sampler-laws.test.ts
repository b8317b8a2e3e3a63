import type { Sampler } from '@viewforge/core';
import { permutation } from '@viewforge/random';
import { expect, test } from 'vitest';
import { brokenLaws } from './law.ts';
import { obeysSamplerLaws, samplerLaws } from './sampler-laws.ts';

const sampler = (order: Sampler['order']): Sampler => ({ kind: 'sampler', name: 'example', version: 1, order });

obeysSamplerLaws(sampler(({ size }, random) => permutation(random, size)));

test('an index past the end is found', async () => {
  const part = sampler(({ size }) => Array.from({ length: size }, (_, i) => i + 1));
  expect(await brokenLaws(samplerLaws(part))).toEqual(['indices are whole and in range']);
});

test('an order that the seed does not decide is found', async () => {
  let turn = 0;
  const part = sampler(({ size }) => [turn++ % size]);
  expect(await brokenLaws(samplerLaws(part, 'any'))).toEqual(['the same seed gives the same order']);
});

test.each([
  ['once', [0, 0]],
  ['at-least-once', [0]],
  ['at-most-once', [0, 0]],
] as const)('a pass that does not cover items %s is found', async (coverage, order) => {
  expect(
    await brokenLaws(
      samplerLaws(
        sampler(() => order),
        coverage,
      ),
    ),
  ).toEqual([`one pass covers items: ${coverage}`]);
});
