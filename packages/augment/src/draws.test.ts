import { readFileSync } from 'node:fs';
import type { Augmenter, Json } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { plugin } from './index.ts';

interface Stored {
  readonly draws: Readonly<Record<string, { readonly version: number; readonly params: readonly Json[] }>>;
}

const stored = JSON.parse(readFileSync(new URL('fixtures/draws.json', import.meta.url), 'utf8')) as Stored;
/** Options of parts that have no default for all of theirs. */
const given: Readonly<Record<string, Readonly<Record<string, Json>>>> = { 'keyed-convolution': { key: 'stored' } };
const parts = plugin.provides.map((factory) => factory(given[factory.about.name] ?? {}) as Augmenter);

/** What the seeds 1, 2 and 3 draw for an item of class 0, of a shape of the part's domain. */
function drawnBy(part: Augmenter): Json {
  const shape = part.accepts === 'features' ? [6, 4] : [3, 48, 64];
  return [1, 2, 3].map((seed) => part.draw(shape, createRandom(seed), { epoch: 0, fraction: 0, label: 0 }));
}

test('there is a stored draw of every part', () => {
  expect(Object.keys(stored.draws)).toEqual(parts.map(({ name }) => name));
});

test.each(parts.map((part) => [part.name, part] as const))(
  '%s draws what is stored; if it must not, its version changes',
  (name, part) => {
    expect({ version: part.version, params: drawnBy(part) }).toEqual(stored.draws[name]);
  },
);
