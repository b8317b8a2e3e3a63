import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { exampleViewBatch, exampleViewBatches, mixerPullbackError, obeysMixerLaws, obeysOptionLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { type ChannelDrop, channelDrop } from './channel-drop.ts';

obeysOptionLaws(channelDrop);
obeysMixerLaws(channelDrop({ share: 0.5 }), [...exampleViewBatches(), exampleViewBatch([4, 7])]);

const drawn: ChannelDrop = { seed: 3, share: 0.5, raise: true, stage: 0, channels: null };
const ones = (shape: readonly number[]) => ({
  values: tensor(new Float64Array(shape.reduce((a, b) => a * b)).fill(1), shape),
  blend: { kind: 'identity' } as const,
});

test('a channel is 0 everywhere or twice itself everywhere, at the share asked for', () => {
  const dropped = values(channelDrop().apply(ones([100, 10, 2, 2]), drawn).values);
  let zeros = 0;
  for (let channel = 0; channel < 1000; channel++) {
    const of = new Set(dropped.subarray(4 * channel, 4 * channel + 4));
    expect(of.size).toBe(1);
    zeros += Number(of.has(0));
    expect(of.has(0) || of.has(2)).toBe(true);
  }
  expect(Math.abs(zeros / 1000 - 0.5)).toBeLessThan(0.08); // five deviations
});

test('a share of 0 is the identity, and a share of 1 leaves zeros', () => {
  const batch = exampleViewBatch([3, 2, 2, 2]);
  expect(values(channelDrop().apply(batch, { ...drawn, share: 0 }).values)).toEqual(values(batch.values));
  for (const raise of [true, false])
    expect(new Set(values(channelDrop().apply(batch, { ...drawn, share: 1, raise }).values))).toEqual(new Set([0]));
});

test('what stays is left as it is where it is not to be raised', () => {
  expect(new Set(values(channelDrop().apply(ones([20, 10]), { ...drawn, raise: false }).values))).toEqual(new Set([0, 1]));
});

test('a map that comes flat is dropped as it would be in its shape, and other widths are refused', () => {
  const map = exampleViewBatch([3, 4, 2, 2]);
  const flat = { ...map, values: tensor(values(map.values), [3, 16]) };
  expect(values(channelDrop().apply(flat, { ...drawn, channels: 4 }).values)).toEqual(
    values(channelDrop().apply(map, drawn).values),
  );
  expect(() => channelDrop().apply(flat, { ...drawn, channels: 5 })).toThrow(
    'expected items of 5 channels, got values of [3,16]',
  );
});

test('it works before the stage that was asked for, and at the embedding otherwise', () => {
  const stageOf = (options: object, context: object) => {
    const part = channelDrop(options);
    return part.stageOf!(part.draw(exampleViewBatch([2, 3]), createRandom(1), { epoch: 0, step: 0, fraction: 0, ...context }));
  };
  expect([stageOf({}, {}), stageOf({}, { stages: 3 }), stageOf({ stage: 0 }, { stages: 3 })]).toEqual([1, 3, 0]);
});

test('gradients flow through what stays', () => {
  expect(mixerPullbackError(channelDrop(), exampleViewBatch([3, 4, 2, 2]), drawn).worst).toBeLessThan(1e-6);
});
