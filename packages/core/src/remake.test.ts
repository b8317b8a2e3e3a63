import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { oneOf } from './compose/one-of.ts';
import { sequence } from './compose/sequence.ts';
import { someOf } from './compose/some-of.ts';
import { sometimes } from './compose/sometimes.ts';
import type { Origin } from './contracts/part.ts';
import { defineAugmenter } from './define/augmenter.ts';
import { definePlan } from './define/plan.ts';
import { number } from './options/fields.ts';
import { definePlugin } from './plugin.ts';
import { modulesOf, remake } from './remake.ts';

const draws = (name: string) =>
  defineAugmenter({
    name,
    summary: 'Draw a number.',
    accepts: 'image',
    returns: 'image',
    options: z.object({ high: number({ default: 1, unit: 'none', doc: 'Upper end.' }) }),
    draw: (_shape, { high }, random) => ({ value: random.uniform(0, high) }),
    apply: (image) => image,
  });
const [one, two] = [draws('one'), draws('two')];
const plan = definePlan({
  name: 'plan',
  summary: 'Two views.',
  accepts: 'image',
  groups: () => [{ role: 'view', count: 2, augment: one() }],
});
const plugins = new Map(
  [
    definePlugin({ name: 'first', requires: '^0.1.0', module: 'file:///first.js', provides: [one, plan] }),
    definePlugin({ name: 'second', requires: '^0.1.0', module: 'file:///second.js', provides: [two] }),
  ].map((plugin) => [plugin.module!, plugin]),
);
const sent = (origin: Origin | undefined) => JSON.parse(JSON.stringify(origin)) as Origin;
const deep = sequence(
  one({ high: 3 }),
  sometimes(0.5, oneOf([two(), sequence(one(), two({ high: 9 }))], [1, 2])),
  someOf([1, 2], [one(), two()]),
);

test('a composition made again from its origin draws the same', () => {
  const again = remake('augmenter', sent(deep.origin), plugins);
  expect(again.origin).toEqual(deep.origin);
  for (let seed = 0; seed < 20; seed++) {
    const drawn = [again, deep].map((part) => part.draw([3, 2, 2], createRandom(seed), { epoch: 0, fraction: 0 }));
    expect(drawn[0]).toEqual(drawn[1]);
  }
});

test('the modules to import are each named once, also when they lie deep', () => {
  expect([...modulesOf([deep.origin!, one().origin!])].sort()).toEqual(['file:///first.js', 'file:///second.js']);
});

test('a plan is made again by its factory', () => {
  expect(remake('plan', sent(plan().origin), plugins)).toMatchObject({ kind: 'plan', name: 'plan', accepts: 'image' });
});

test('a composition with a part that has no origin has none', () => {
  const homeless = draws('homeless');
  expect(sequence(one(), sometimes(0.5, homeless())).origin).toBeUndefined();
});

test.each([
  ['a plugin that is not there', { ...one().origin, module: 'file:///third.js' }, 'file:///third.js: expected a plugin "first"'],
  ['a part that is not there', { ...one().origin, name: 'three' }, 'provides the augmenter "three", got none'],
  ['a composition that is not there', { compose: 'all-of', options: {}, of: [] }, 'remake: no composition called "all-of"'],
])('%s is refused', (_, origin, message) => {
  expect(() => remake('augmenter', origin as Origin, plugins)).toThrow(message);
});

test('options out of bounds are refused as they were the first time', () => {
  expect(() => remake('augmenter', { ...one().origin, options: { high: 'far' } } as Origin, plugins)).toThrow(
    expect.objectContaining({ code: 'OPTION' }),
  );
});
