import { type AnyFactory, choice, defineAugmenter, flag, integer, number, range } from '@viewforge/core';
import { copy, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { obeysAugmenterLaws } from './augmenter-laws.ts';
import { exampleImages } from './example-images.ts';
import { brokenLaws } from './law.ts';
import { optionLaws } from './option-laws.ts';

const about = { name: 'dim', summary: 'Make darker.', accepts: 'image', returns: 'image' } as const;

const dim = defineAugmenter({
  ...about,
  options: z.object({
    shareRange: range({ default: [0.5, 1], min: 0, max: 1, unit: 'share of intensity', doc: 'What is kept is drawn from here.' }),
    power: number({ default: 1, min: 0, open: 'min', unit: 'none', doc: 'Exponent of the share.' }),
    times: integer({ default: 1, min: 1, unit: 'times', doc: 'How often.' }),
    mode: choice(['all', 'none'], { default: 'all', doc: 'Whether at all.' }),
    loud: flag({ default: false, doc: 'Does nothing.' }),
  }),
  draw: (_shape, { shareRange: [low, high], power }, random) => ({ share: random.uniform(low, high) ** power }),
  apply(image, { share }) {
    const result = copy(image);
    values(result).forEach((value, i) => {
      values(result)[i] = value * share;
    });
    return result;
  },
});

obeysAugmenterLaws(dim, exampleImages());

test('an option without bounds, unit or sentence is found', async () => {
  const careless = defineAugmenter({
    ...about,
    options: z.object({ amount: z.number().default(1) }),
    draw: () => null,
    apply: (image) => image,
  });
  expect(await brokenLaws(optionLaws(careless))).toEqual(['every option says its unit and what it does']);
});

test('a factory that takes anything is found', async () => {
  const loose = Object.assign(() => dim(), { kind: 'augmenter', about: dim.about }) as unknown as AnyFactory;
  const broken = await brokenLaws(optionLaws(loose));
  expect(broken).toContain('an unknown option is refused');
  expect(broken).toContain('times: 0 is refused');
  expect(broken).toContain('shareRange: [0,1.001] is refused');
});
