import { exampleViewBatch } from '@viewforge/testkit';
import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { channelDrop } from './channel-drop.ts';
import { colorAdapt } from './color-adapt.ts';
import { embeddingNoise } from './embedding-noise.ts';
import { momentExchange } from './moment-exchange.ts';
import { mapPlace, mapShape, stageFor } from './stage-options.ts';

const context = { epoch: 0, step: 0, fraction: 0, stages: 3 };
const rows = exampleViewBatch([2, 6]);

test('the embedding is meant unless a stage is named', () => {
  expect([stageFor(undefined, context), stageFor(1, context), stageFor(undefined, {})]).toEqual([3, 1, 1]);
  expect(mapPlace(rows.values, {}, context, 'here')).toEqual({ stage: 3, channels: null });
});

test('items are divided by their axes, flat ones by their channels', () => {
  expect(mapShape(exampleViewBatch([2, 3, 4, 5]).values, undefined, 'here')).toEqual({ n: 2, c: 3, m: 20 });
  expect(mapShape(rows.values, undefined, 'here')).toEqual({ n: 2, c: 6, m: 1 });
  expect(mapShape(rows.values, 3, 'here')).toEqual({ n: 2, c: 3, m: 2 });
});

test('what does not divide at the input is refused when it is drawn, what comes later cannot be known', () => {
  const refusal = 'expected items of 4 channels, got values of [2,6]';
  expect(() => mapPlace(rows.values, { stage: 0, channels: 4 }, context, 'here')).toThrow(`here: ${refusal}`);
  expect(mapPlace(rows.values, { stage: 1, channels: 4 }, context, 'here')).toEqual({ stage: 1, channels: 4 });
  for (const make of [channelDrop, colorAdapt, embeddingNoise, momentExchange]) {
    const [here, later] = [make({ stage: 0, channels: 4 }), make({ stage: 1, channels: 4 })];
    expect(() => here.draw(rows, createRandom(1), context)).toThrow(`${here.name}: ${refusal}`);
    expect(later.draw(rows, createRandom(1), context)).toMatchObject({ stage: 1, channels: 4 });
  }
});
