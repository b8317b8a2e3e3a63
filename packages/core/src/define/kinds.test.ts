import { exampleFeatures, obeysMixerLaws, obeysSamplerLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { pairs } from '../contrast.ts';
import { integer } from '../options/fields.ts';
import { defineEncoder } from './encoder.ts';
import { defineLoss } from './loss.ts';
import { defineMetric } from './metric.ts';
import { defineMixer } from './mixer.ts';
import { definePairing } from './pairing.ts';
import { defineSampler } from './sampler.ts';

const about = { name: 'example', summary: 'Show that options arrive.' };
const options = z.object({ times: integer({ default: 3, min: 1, unit: 'times', doc: 'How often.' }) });
const batch = pairs(exampleFeatures(2, 2), exampleFeatures(2, 2));
const progress = { epoch: 0, step: 0, fraction: 0 };
const report = (value: number) => ({ value, perQuery: new Float64Array(0), parts: {} });

test('a loss measures and differentiates with its options', () => {
  const loss = defineLoss({
    ...about,
    options,
    measure: (_batch, { times }) => report(times),
    differentiate: (_batch, { times }) => ({ ...report(times), gradients: {} }),
  });
  expect([loss().measure(batch).value, loss({ times: 5 }).differentiate(batch).value]).toEqual([3, 5]);
  expect(loss().measures).toBe('contrast');
  expect('graph' in loss()).toBe(false);
});

test('a metric measures with its options', async () => {
  const metric = defineMetric({
    ...about,
    options,
    better: 'lower',
    measure: async (_encoded, { times }) => ({ value: times, n: 0, parts: {}, notes: [] }),
  });
  expect((await metric({ times: 2 }).measure({ items: [], views: {} }, running())).value).toBe(2);
  expect(metric().better).toBe('lower');
});

test('a pairing starts and pairs with its options, and hands its state on', () => {
  const pairing = definePairing({
    ...about,
    options,
    start: ({ times }) => times,
    pair: (_encoded, state: number, { times }) => ({ batch, state: state + times, pullback: () => ({}) }),
  })();
  expect(pairing.start()).toBe(3);
  expect(pairing.pair({ items: [], views: {} }, 4, progress).state).toBe(7);
  expect(pairing.makes).toBe('contrast');
});

test('an encoder is made from its options, and opens nothing by itself', () => {
  let made = 0;
  const encoder = defineEncoder({
    ...about,
    options,
    make({ times }) {
      made = times;
      return { open: () => Promise.reject(new Error('opened')), encode: async () => ({}), close: async () => {} };
    },
  });
  expect(encoder().kind).toBe('encoder');
  expect(made).toBe(3);
});

test('a mixer without a pullback or a graph has neither', () => {
  const mixer = defineMixer({ ...about, mixes: 'contrast', draw: () => null, apply: (given) => given })();
  expect(['pullback' in mixer, 'graph' in mixer]).toEqual([false, false]);
});

obeysMixerLaws(
  defineMixer({
    ...about,
    options,
    mixes: 'contrast',
    draw: (_batch, { times }, random) => random.integer(0, times),
    apply: (given, rows) => ({ ...given, queries: rows === 0 ? given.queries : given.keys[0]! }),
  })(),
  [batch],
);
obeysSamplerLaws(
  defineSampler({
    ...about,
    options,
    order: ({ size }, { times }) => Array.from({ length: size * times }, (_, i) => i % size),
  })(),
  'at-least-once',
);
