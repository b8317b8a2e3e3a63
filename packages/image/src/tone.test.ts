import { image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { autocontrast, invert, shuffleChannels, solarizeAdd } from './index.ts';

const ramp = image(
  Float32Array.from({ length: 30 }, (_, i) => 0.2 + i / 60),
  2,
  3,
  5,
);

test('autocontrast is the straight line from the lowest and the highest value of each channel to 0 and 1', () => {
  const [from, to] = [values(ramp), values(autocontrast(ramp))];
  for (const start of [0, 15]) {
    const [low, high] = [from[start]!, from[start + 14]!];
    for (let i = start; i < start + 15; i++) expect(to[i]).toBeCloseTo((from[i]! - low) / (high - low), 6);
    expect([to[start], to[start + 14]]).toEqual([0, 1]);
  }
  expect([...values(autocontrast(autocontrast(ramp)))]).toEqual([...to]);
});

test('autocontrast takes no part in what only rounding could tell apart', () => {
  const nearly = image(Float32Array.of(0.5, 0.5 + 2 ** -24), 1, 1, 2);
  expect([...values(autocontrast(nearly))]).toEqual([0, 1]);
});

test('invert is 1 - x, clamped', () => {
  expect([...values(invert(image(Float32Array.of(0, 0.125, 1, -0.5, 2), 1, 1, 5)))]).toEqual([1, 0.875, 0, 1, 0]);
});

test('solarizeAdd takes 0.5 as its threshold and any other', () => {
  const row = image(Float32Array.of(0.25, 0.5, 0.75), 1, 1, 3);
  expect([...values(solarizeAdd(row, 0.25))]).toEqual([0.5, 0.5, 0.75]);
  expect([...values(solarizeAdd(row, 0.5, 0.6))]).toEqual([0.75, 1, 0.75]);
  expect([...values(solarizeAdd(row, 0.5, 0))]).toEqual([0.25, 0.5, 0.75]);
});

test('shuffleChannels may take a channel twice, and refuses what is no channel', () => {
  const twice = values(shuffleChannels(ramp, [1, 1]));
  expect([...twice.subarray(0, 15)]).toEqual([...twice.subarray(15)]);
  for (const order of [[0], [0, 2], [0, -1], [0, 0.5]])
    expect(() => shuffleChannels(ramp, order)).toThrow('shuffleChannels: expected 2 channels');
});

test('inputs are never modified', () => {
  const before = [...values(ramp)];
  for (const change of [autocontrast, invert]) change(ramp);
  solarizeAdd(ramp, 0.3);
  shuffleChannels(ramp, [1, 0]);
  expect([...values(ramp)]).toEqual(before);
});
