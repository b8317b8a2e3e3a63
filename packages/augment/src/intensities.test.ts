import type { Augmenter } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, flatImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { plugin } from './index.ts';

/** What must leave [0, 1], each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'channel-normalize': 'it changes the unit',
  'fourier-crop': 'waves that are cut off ring',
};
const given: Readonly<Record<string, object>> = { 'keyed-convolution': { key: 'range' } };
const inputs = [...exampleImages(), flatImage(9, 0, 3), flatImage(9, 1, 3), flatImage(9, 1)];

const parts = plugin.provides
  .map((factory) => factory(given[factory.about.name] ?? {}) as Augmenter)
  .filter(({ name, accepts, returns }) => accepts === 'image' && returns === 'image' && !(name in exceptions));

test.each(parts.map((part) => [part.name, part] as const))('%s keeps intensities in [0, 1]', (_name, part) => {
  for (const input of inputs) {
    for (let seed = 0; seed < 8; seed++) {
      const params = part.draw(input.shape, createRandom(seed), { epoch: 0, fraction: 0.5, label: 1 });
      const outside = values(part.apply(input, params) as typeof input).filter((value) => !(value >= -1e-6 && value <= 1 + 1e-6));
      expect([...outside]).toEqual([]); // but for float32 sums of weights
    }
  }
});
