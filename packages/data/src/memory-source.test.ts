import { features } from '@viewforge/tensor';
import { examplePixels, obeysSourceLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { memorySource } from './memory-source.ts';

obeysSourceLaws(() => memorySource(examplePixels(3)));
obeysSourceLaws(() => memorySource(examplePixels(2), { ids: ['a', 'b'], labels: [1, 0], classes: ['cat', 'dog'] }));
obeysSourceLaws(() => memorySource([features(new Float32Array(6), 2, 3)], { gives: 'features' }));

test('contents are handed out as they are, under their place', async () => {
  const pictures = examplePixels(3);
  const collection = await memorySource(pictures).ready(running());
  const item = await collection.open(2, running());
  expect(item.id).toBe('2');
  expect(await item.decode(running())).toBe(pictures[2]);
});

test.each([
  ['two items of one id', { ids: ['a', 'a'] }, 'DUPLICATE'],
  ['too few ids', { ids: ['a'] }, 'DUPLICATE'],
  ['too many labels', { labels: [0, 1, 2] }, 'LABEL'],
  ['a label that is no class', { labels: [0, -1] }, 'LABEL'],
])('%s is refused', (_, facts, code) => {
  expect(() => memorySource(examplePixels(2), facts)).toThrow(expect.objectContaining({ code }));
});

test('no items are EMPTY', async () => {
  await expect(memorySource([]).ready(running())).rejects.toMatchObject({ code: 'EMPTY' });
});
