import { exampleFeatures } from '@viewforge/testkit';
import { features, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { type QueueJson, queueFromJson, queueToJson } from './queue-json.ts';
import { addToQueue, emptyQueue, openQueue } from './row-queue.ts';

test.each(['float32', 'float64'])('a queue in %s survives JSON, bit by bit', (type) => {
  const given = exampleFeatures(3, 5);
  const rows =
    type === 'float32'
      ? given
      : features(
          Float64Array.from(values(given), (each) => each / 3),
          3,
          5,
        );
  const items = [{ id: 'a', label: 2 }, { id: 'b' }, { id: 'c' }];
  const opened = openQueue(emptyQueue(), { capacity: 4, startRandom: true, seed: 0 }, rows, 'test');
  const queue = addToQueue(opened, { rows, items, step: 1 }, 'wrap', 'test');
  const stored = JSON.parse(JSON.stringify(queueToJson(queue))) as QueueJson;
  expect(stored.type).toBe(type);
  expect(queueFromJson(stored)).toEqual(queue);
});

test('a queue that never saw a batch survives as well', () => {
  expect(queueFromJson(queueToJson(emptyQueue()))).toEqual(emptyQueue());
});
