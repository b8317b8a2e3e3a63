import {
  defineAugmenter,
  defineMixer,
  definePlan,
  definePlugin,
  defineSampler,
  defineSource,
  integer,
  text,
} from '@viewforge/core';
import { permutation } from '@viewforge/random';
import { type Image, image, type Pixels } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { brokenLaws } from './law.ts';
import { manifestLaws, obeysPluginLaws, partLaws } from './plugin-laws.ts';
import { exampleSource } from './example-items.ts';

const corner = defineAugmenter({
  name: 'corner',
  summary: 'Cut a square out of the picture.',
  accepts: 'pixels',
  returns: 'image',
  options: z.object({ size: integer({ default: 8, min: 1, max: 16, unit: 'pixels', doc: 'Side of the square.' }) }),
  draw: ([, h, w], { size }, random) => ({ top: random.integer(0, h! - size + 1), left: random.integer(0, w! - size + 1), size }),
  reshape: ([c], { size }) => [c!, size, size],
  apply: (pixels, { top, left, size }) => cut(pixels, top, left, size),
});
const twoCorners = definePlan({
  name: 'two-corners',
  summary: 'Two squares of one picture.',
  groups: () => [{ role: 'view', count: 2, augment: corner() }],
});
const shuffled = defineSampler({
  name: 'shuffled',
  summary: 'Take the items in random order.',
  order: ({ size }, _options, random) => permutation(random, size),
});
const nothing = defineMixer({
  name: 'nothing',
  summary: 'Mix nothing.',
  mixes: 'contrast',
  draw: () => null,
  apply: (batch) => batch,
});
const somewhere = defineSource({
  name: 'somewhere',
  summary: 'Take pictures from a path.',
  options: z.object({ path: text({ doc: 'Where they lie.' }) }),
  ready: (_options, running) => exampleSource().ready(running),
});

obeysPluginLaws(
  definePlugin({
    name: 'example',
    requires: '^0.1.0',
    module: import.meta.url,
    provides: [corner, twoCorners, shuffled, nothing, somewhere],
  }),
);

test('a plugin without a module is found', async () => {
  const homeless = defineSampler({
    name: 'homeless',
    summary: 'Take the items as they come.',
    order: ({ size }) => Array(size).keys(),
  });
  const plugin = definePlugin({ name: 'example', requires: '^0.1.0', provides: [homeless] });
  expect(await brokenLaws(manifestLaws(plugin))).toEqual(['it names its module, so that worker threads can import it']);
  expect(await brokenLaws(partLaws(plugin, homeless))).toContain('it can be made again from its origin');
});

test('a summary that is no sentence is found', async () => {
  const mute = defineSampler({ name: 'mute', summary: 'stuff', order: ({ size }) => Array(size).keys() });
  const plugin = definePlugin({ name: 'example', requires: '^0.1.0', module: import.meta.url, provides: [mute] });
  expect(await brokenLaws(partLaws(plugin, mute))).toEqual(['it says in one sentence what it does']);
});

function cut(pixels: Pixels, top: number, left: number, size: number): Image {
  const c = pixels.shape[0]!;
  const data = new Float32Array(c * size * size);
  for (let i = 0; i < data.length; i++) {
    const y = Math.floor(i / size) % size;
    data[i] = pixels.get(Math.floor(i / (size * size)), top + y, left + (i % size)) / 255;
  }
  return image(data, c, size, size);
}
