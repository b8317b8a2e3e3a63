import { expect, test } from 'vitest';
import { z } from 'zod';
import { integer, text } from '../options/fields.ts';
import { definePlugin } from '../plugin.ts';
import { defineAugmenter } from './augmenter.ts';
import { definePlan } from './plan.ts';

const recipe = {
  name: 'repeat',
  summary: 'Repeat what is there.',
  accepts: 'image',
  returns: 'image',
  options: z.object({ times: integer({ default: 2, min: 1, unit: 'times', doc: 'How often.' }) }),
  draw: (shape: readonly number[], { times }: { times: number }) => ({ times, axes: shape.length }),
  apply: <T>(image: T) => image,
} as const;

test('a factory tells its kind, name, version and options', () => {
  const factory = defineAugmenter(recipe);
  expect([factory.kind, factory.about.name, factory.about.version]).toEqual(['augmenter', 'repeat', 1]);
  expect(Object.keys(factory.about.options.shape)).toEqual(['times']);
  expect(Object.isFrozen(factory)).toBe(true);
});

test('a part carries the identity of its factory, and is frozen', () => {
  const part = defineAugmenter({ ...recipe, version: 3 })();
  expect(part).toMatchObject({ kind: 'augmenter', name: 'repeat', version: 3, accepts: 'image', returns: 'image' });
  expect(Object.isFrozen(part)).toBe(true);
});

test('draw gets the complete options, reshape leaves the shape by default', () => {
  const part = defineAugmenter(recipe)();
  expect(part.draw([3, 2, 2], undefined as never, { epoch: 0, fraction: 0 })).toEqual({ times: 2, axes: 3 });
  expect(part.reshape([3, 2, 2], { times: 2, axes: 3 })).toEqual([3, 2, 2]);
});

test('an option out of bounds and one that does not exist are refused under the name of the part', () => {
  const factory = defineAugmenter(recipe);
  expect(() => factory({ times: 0 })).toThrow('repeat: times: expected a number >= 1, got 0');
  expect(() => factory({ tiems: 1 } as never)).toThrow('repeat: unknown key "tiems"');
});

test('an option without a default must be given', () => {
  const factory = defineAugmenter({ ...recipe, options: z.object({ path: text({ doc: 'Where.' }) }), draw: () => null });
  expect(() => factory()).toThrow('repeat: path: expected string, got nothing');
});

test.each(['Repeat', 'two words', 'a--b', '1st'])('the name %j is refused', (name) => {
  expect(() => defineAugmenter({ ...recipe, name })).toThrow(expect.objectContaining({ code: 'NAME' }));
});

test('a part has an origin once a plugin with a module provides its factory, and none before', () => {
  const factory = defineAugmenter(recipe);
  const before = factory({ times: 5 });
  expect(before.origin).toBeUndefined();
  definePlugin({ name: 'views', requires: '^0.1.0', module: 'file:///views.js', provides: [factory] });
  const origin = {
    module: 'file:///views.js',
    plugin: 'views',
    kind: 'augmenter',
    name: 'repeat',
    version: 1,
    options: { times: 5 },
  };
  expect(before.origin).toEqual(origin);
  expect(factory({ times: 5 }).origin).toEqual(origin);
});

test('the origin does not show when a part is listed or stored', () => {
  expect(Object.keys(defineAugmenter(recipe)())).not.toContain('origin');
});

const image = defineAugmenter(recipe);
const group = { role: 'view', count: 2, augment: image() };

test.each([
  ['one role and index twice', [group, group], 'PLAN', 'expected each role and index once, got "view" 0 twice'],
  ['no view', [{ ...group, count: 0 }], 'PLAN', 'expected at least one view, got none'],
  ['half a view', [{ ...group, count: 1.5 }], 'PLAN', 'expected a whole count of views for role "view", got 1.5'],
])('a plan of %s is refused', (_, groups, code, message) => {
  const plan = definePlan({ name: 'two', summary: 'Two views.', accepts: 'image', groups: () => groups });
  expect(() => plan()).toThrow(expect.objectContaining({ code, message: `two: ${message}` }));
});

test('a plan of augmenters that take something else is refused', () => {
  const plan = definePlan({ name: 'two', summary: 'Two views.', groups: () => [group as never] });
  expect(() => plan()).toThrow('two: expected augmenters that accept pixels, got "repeat", which accepts image');
});

test('groups may share a role when their indices differ', () => {
  const groups = [group, { ...group, from: 2, count: 1 }];
  expect(definePlan({ name: 'three', summary: 'Three views.', accepts: 'image', groups: () => groups })().groups).toHaveLength(2);
});
