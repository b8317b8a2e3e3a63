import { expect, test } from 'vitest';
import { defineSampler } from './define/sampler.ts';
import { apiVersion, definePlugin, satisfies } from './plugin.ts';

const sampler = (name: string) =>
  defineSampler({ name, summary: 'Take the items as they come.', order: ({ size }) => Array(size).keys() });

test.each([
  ['0.1.0', '^0.1.0', true],
  ['0.1.7', '^0.1.0', true],
  ['0.2.0', '^0.1.0', false],
  ['0.1.0', '^0.1.1', false],
  ['0.0.3', '^0.0.3', true],
  ['0.0.4', '^0.0.3', false],
  ['1.9.0', '^1.2.3', true],
  ['1.2.2', '^1.2.3', false],
  ['2.0.0', '^1.2.3', false],
  ['1.2.9', '~1.2.3', true],
  ['1.3.0', '~1.2.3', false],
  ['3.0.0', '>=1.2.3', true],
  ['1.2.2', '>=1.2.3', false],
  ['1.2.3', '1.2.3', true],
  ['1.2.4', '1.2.3', false],
  ['1.10.0', '>=1.9.0', true],
])('version %s in range %s: %s', (version, range, expected) => {
  expect(satisfies(version, range)).toBe(expected);
});

test.each(['', 'latest', '1.x', '^1.2', '^1.2.3 || ^2.0.0', '<2.0.0'])('a range that cannot be read is refused: %j', (range) => {
  expect(() => satisfies('1.0.0', range)).toThrow(expect.objectContaining({ code: 'VERSION' }));
});

test('a plugin is frozen, with all it provides', () => {
  const plugin = definePlugin({ name: 'views-example', requires: `^${apiVersion}`, provides: [sampler('one')] });
  expect(Object.isFrozen(plugin)).toBe(true);
  expect(Object.isFrozen(plugin.provides)).toBe(true);
});

test.each(['Views', 'views_simclr', '-views', 'views-', ''])('the name %j is refused', (name) => {
  expect(() => definePlugin({ name, requires: '^0.1.0', provides: [] })).toThrow(expect.objectContaining({ code: 'NAME' }));
});

test('two parts of a kind with one name are refused', () => {
  expect(() => definePlugin({ name: 'views', requires: '^0.1.0', provides: [sampler('one'), sampler('one')] })).toThrow(
    'views: expected one sampler one, got two',
  );
});

test('a plugin for another core is refused, and told what to do', () => {
  expect(() => definePlugin({ name: 'views', requires: '^9.0.0', provides: [] })).toThrow(
    `views: expected a core of ^9.0.0, got ${apiVersion}; install a matching @viewforge/core or update the plugin`,
  );
});

test('what no define function made is no part', () => {
  const provides = [null] as never;
  expect(() => definePlugin({ name: 'broken', requires: '^0.1.0', provides })).toThrow(
    'broken: expected parts that a define function made',
  );
});
