import type { Collection, Source } from '@viewforge/core';
import { expect, test } from 'vitest';
import { examplePixels } from './example-images.ts';
import { exampleSource, running } from './example-items.ts';
import { brokenLaws } from './law.ts';
import { obeysSourceLaws, sourceLaws } from './source-laws.ts';

obeysSourceLaws(() => exampleSource(examplePixels(3)));
obeysSourceLaws(() => exampleSource(examplePixels(3), [0, 1, 0]));

/** The example source with another collection. */
function spoiled(spoil: (collection: Collection<'pixels'>) => Partial<Collection<'pixels'>>): () => Source<'pixels'> {
  return () => {
    const source = exampleSource(examplePixels(3), [0, 1, 0]);
    let made: Promise<Collection<'pixels'>> | undefined;
    return {
      ...source,
      ready(running) {
        made ??= source.ready(running).then((collection) => ({ ...collection, ...spoil(collection) }));
        return made;
      },
    };
  };
}

test('two items with one id are found', async () => {
  const make = spoiled(({ open }) => ({
    id: () => 'same',
    open: async (index, on) => ({ ...(await open(index, on)), id: 'same' }),
  }));
  expect(await brokenLaws(sourceLaws(make))).toEqual(['ids are unique, and known without opening']);
});

test('a shape that the content does not have is found', async () => {
  const make = spoiled(({ open }) => ({ open: async (index, on) => ({ ...(await open(index, on)), shape: [3, 1, 1] }) }));
  expect(await brokenLaws(sourceLaws(make))).toEqual(['shape, label and domain are told truly before decoding']);
});

test('an item that depends on what was opened before is found', async () => {
  let opened = 0;
  const make = spoiled(({ open }) => ({ open: (_index, on) => open(opened++ % 3, on) }));
  expect(await brokenLaws(sourceLaws(make))).toContain('the same index gives the same bytes');
});

test('a source that never looks at the signal is found', async () => {
  const make = spoiled(({ open }) => ({ open: (index) => open(index, running()) }));
  expect(await brokenLaws(sourceLaws(make))).toEqual(['an aborted call rejects with the reason of the signal']);
});
