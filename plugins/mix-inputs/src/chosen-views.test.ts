import { createRandom } from '@viewforge/random';
import { exampleViewBatch } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { iMix } from './i-mix.ts';
import { mixup } from './mixup.ts';

const batch = exampleViewBatch([4, 3, 2, 2]);
const context = { epoch: 0, step: 0, fraction: 0 };
const draw = (part: ReturnType<typeof mixup>, where: object) => part.draw(batch, createRandom(1), { ...context, ...where });

test.each([
  ['any view', mixup(), { role: 'view', index: 3 }, true],
  ['a chosen index', mixup({ views: [0, 2] }), { role: 'view', index: 2 }, true],
  ['another index', mixup({ views: [0, 2] }), { role: 'view', index: 1 }, false],
  ['the chosen role', mixup({ role: 'global' }), { role: 'global', index: 1 }, true],
  ['another role', mixup({ role: 'global' }), { role: 'local', index: 1 }, false],
  ['a batch from nowhere', mixup({ role: 'global', views: [3] }), {}, true],
] as const)('%s', (_, part, where, isMixed) => {
  expect(draw(part, where) !== null).toBe(isMixed);
});

test('a view that is not chosen stays the same batch', () => {
  const part = mixup({ views: [0] });
  expect(part.apply(batch, draw(part, { role: 'view', index: 1 }))).toBe(batch);
});

test('i-mix leaves every view but the first clean, unless told otherwise', () => {
  expect([0, 1, 2].map((index) => iMix().draw(batch, createRandom(1), { ...context, index }) !== null)).toEqual([
    true,
    false,
    false,
  ]);
  expect(iMix({ views: [] }).draw(batch, createRandom(1), { ...context, index: 1 })).not.toBeNull();
});
