import type { EncodedViews } from '@viewforge/core';
import { features } from '@viewforge/tensor';
import { running } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { plugin } from './index.ts';

type Entry = (row: number, column: number, view: number) => number;
/** Some numbers in (-1, 1) that look like chance. */
const scattered: Entry = (row, column, view) => Math.sin(97 * row + 31 * column + 57 * view + 1);

const edges: readonly (readonly [name: string, encoded: EncodedViews])[] = [
  ['no role', { items: [], views: {} }],
  ['no views', { items: [], views: { view: [] } }],
  ['no items', viewsOf(0, 3, scattered)],
  ['one item', viewsOf(1, 3, scattered)],
  ['one view', viewsOf(5, 3, scattered, { views: 1 })],
  ['no dimensions', viewsOf(4, 0, scattered)],
  ['one dimension', viewsOf(5, 1, scattered)],
  ['zeros', viewsOf(5, 3, () => 0)],
  ['a zero row', viewsOf(6, 3, (row, column, view) => (row === 0 ? 0 : scattered(row, column, view)))],
  ['rows all alike', viewsOf(5, 3, (_, column) => 0.1 * (column + 1))],
  ['opposite views', viewsOf(5, 3, (_, column, view) => (view === 0 ? -1 : 1) * (column + 1))],
  ['tiny numbers', viewsOf(6, 3, (...at) => 1e-200 * scattered(...at))],
  ['numbers whose squares overflow', viewsOf(6, 3, (...at) => 1e200 * scattered(...at))],
  ['the largest numbers', viewsOf(6, 3, (...at) => 1.7e308 * Math.sign(scattered(...at)))],
  ['no labels', viewsOf(6, 3, scattered, { label: () => undefined })],
  ['one class', viewsOf(6, 3, scattered, { label: () => 3 })],
  ['items of one id', viewsOf(6, 3, scattered, { id: () => 'same' })],
  ['NaN', viewsOf(6, 3, (...at) => (at[0] + at[1] === 0 ? Number.NaN : scattered(...at)))],
  ['an infinity', viewsOf(6, 3, (...at) => (at[0] + at[1] === 0 ? Number.POSITIVE_INFINITY : scattered(...at)))],
];

describe.each(plugin.provides.map((part) => [part.about.name, part] as const))('%s', (_, part) => {
  test.each(edges)('of %s is a number, or NaN of no rows with a note', async (__, encoded) => {
    const metric = part({});
    if (metric.kind !== 'metric') throw new Error('expected metrics only');
    const { value, n, parts, notes } = await metric.measure(encoded, running());
    expect(Number.isNaN(value)).toBe(n === 0);
    if (n === 0) expect(notes.length).toBeGreaterThan(0);
    expect(Math.abs(value)).not.toBe(Number.POSITIVE_INFINITY);
    expect(Object.entries(parts).filter(([, each]) => !Number.isFinite(each))).toEqual([]);
    expect(new Set(notes).size).toBe(notes.length);
  });
});

interface About {
  readonly views?: number;
  readonly label?: (item: number) => number | undefined;
  readonly id?: (item: number) => string;
}

function viewsOf(n: number, d: number, entry: Entry, about: About = {}): EncodedViews {
  const { views = 2, label = (item) => item % 2, id = (item) => `item-${item}` } = about;
  return {
    items: Array.from({ length: n }, (_, item) => {
      const known = label(item);
      return known === undefined ? { id: id(item) } : { id: id(item), label: known };
    }),
    views: {
      view: Array.from({ length: views }, (_, view) => ({
        features: features(
          Float64Array.from({ length: n * d }, (__, at) => entry(Math.floor(at / d), at % d, view)),
          n,
          d,
        ),
        blend: { kind: 'identity' },
      })),
    },
  };
}
