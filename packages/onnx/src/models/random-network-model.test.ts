import { readModel } from '@viewforge/graph';
import { expect, test } from 'vitest';
import { randomNetworkModel } from './random-network-model.ts';

test('the seed decides every byte', () => {
  const bytes = randomNetworkModel({ seed: 3, width: 128 });
  expect(Buffer.compare(bytes, randomNetworkModel({ seed: 3, width: 128 }))).toBe(0);
  expect(Buffer.compare(bytes, randomNetworkModel({ seed: 4, width: 128 }))).not.toBe(0);
});

test('it takes images of any size and gives the stated width', () => {
  const { inputs, outputs } = readModel(randomNetworkModel({ seed: 0, width: 32 }));
  expect(inputs).toEqual([{ name: 'image', type: 'float32', shape: ['n', 3, 'h', 'w'] }]);
  expect(outputs).toEqual([{ name: 'features', type: 'float32', shape: ['n', 32] }]);
});
