import { expect, test } from 'vitest';
import { defineMetric } from './define/metric.ts';
import { defineSampler } from './define/sampler.ts';
import { definePlugin } from './plugin.ts';
import { createRegistry, kinds } from './registry.ts';

const sampler = (name: string) =>
  defineSampler({ name, summary: 'Take the items as they come.', order: ({ size }) => Array(size).keys() });
const metric = (name: string) =>
  defineMetric({
    name,
    summary: 'Count items.',
    better: 'neither',
    measure: async ({ items }) => ({ value: items.length, n: items.length, parts: {}, notes: [] }),
  });
const second = sampler('second');
const registry = createRegistry([
  definePlugin({ name: 'b', requires: '^0.1.0', provides: [second, sampler('first'), metric('second')] }),
  definePlugin({ name: 'a', requires: '^0.1.0', provides: [sampler('second')] }),
]);

test('parts are listed by kind, sorted, as plugin/part', () => {
  expect(registry.list('sampler')).toEqual(['a/second', 'b/first', 'b/second']);
  expect(registry.list('metric')).toEqual(['b/second']);
  expect(registry.list('loss')).toEqual([]);
});

test('the same part name in two plugins, or kinds, is told apart', () => {
  expect(registry.get('sampler', 'b/second')).toBe(second);
  expect(registry.get('sampler', 'a/second')).not.toBe(second);
  expect(registry.get('metric', 'b/second').kind).toBe('metric');
});

test('an unknown name is refused with the names that are known', () => {
  expect(() => registry.get('sampler', 'b/third')).toThrow(
    'registry: no sampler called "b/third"; known: a/second, b/first, b/second',
  );
  expect(() => registry.get('loss', 'b/second')).toThrow('registry: no loss called "b/second"; known: none');
});

test('two plugins of one name are refused', () => {
  const plugin = definePlugin({ name: 'a', requires: '^0.1.0', provides: [] });
  expect(() => createRegistry([plugin, plugin])).toThrow(expect.objectContaining({ code: 'DUPLICATE' }));
});

test('every kind is listed once', () => {
  expect(new Set(kinds).size).toBe(10);
});
