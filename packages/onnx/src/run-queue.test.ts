import { ViewforgeError } from '@viewforge/core';
import { expect, test } from 'vitest';
import { createRunQueue, type RunRequest } from './run-queue.ts';

const request = (name: string): RunRequest => ({ kind: 'run', feeds: {}, outputs: [name] });
const nameOf = (asked: RunRequest): string => (asked.kind === 'run' ? asked.outputs[0]! : asked.kind);
const result = { outputs: {}, feeds: {} };
const never = new AbortController().signal;

function record() {
  const seen: string[] = [];
  const queue = createRunQueue(
    (each) => seen.push(`start ${nameOf(each)}`),
    () => seen.push('idle'),
  );
  return { seen, queue };
}

test('one run at a time, then idle', async () => {
  const { seen, queue } = record();
  const runs = [queue.add(request('a'), never), queue.add(request('b'), never)];
  expect(seen).toEqual(['start a']);
  queue.finish(result);
  queue.finish(result);
  await Promise.all(runs);
  expect(seen).toEqual(['start a', 'start b', 'idle']);
});

test('a run that was aborted in progress still takes its answer off the line', async () => {
  const { seen, queue } = record();
  const stop = new AbortController();
  const first = queue.add(request('a'), stop.signal);
  const second = queue.add(request('b'), never);
  stop.abort('stop');
  await expect(first).rejects.toBe('stop');
  expect(seen).toEqual(['start a']);
  queue.finish(result); // the answer to a
  queue.finish(result);
  await expect(second).resolves.toBe(result);
});

test('when the thread dies, everything is rejected with the same error', async () => {
  const { queue } = record();
  const runs = ['a', 'b', 'c'].map((name) => queue.add(request(name), never));
  const death = new ViewforgeError('WORKER', 'test', 'died');
  queue.reject(death, true);
  for (const run of runs) await expect(run).rejects.toBe(death);
});

test('a run that cannot begin rejects, and those behind it still run', async () => {
  const seen: string[] = [];
  const start = (each: RunRequest): void => {
    if (nameOf(each) === 'bad') throw new TypeError('detached');
    seen.push(nameOf(each));
  };
  const queue = createRunQueue(start, () => seen.push('idle'));
  await expect(queue.add(request('bad'), never)).rejects.toThrow('detached');
  const runs = ['a', 'bad', 'b'].map((name) => queue.add(request(name), never));
  queue.finish(result); // the answer to a
  await expect(runs[1]).rejects.toThrow('detached');
  queue.finish(result);
  await expect(runs[2]).resolves.toBe(result);
  expect(seen).toEqual(['idle', 'a', 'b', 'idle']);
});

test('with a depth of 2, the next is begun before the first is answered, answers are taken in order, and no third is begun', async () => {
  const seen: string[] = [];
  const queue = createRunQueue(
    (each) => seen.push(nameOf(each)),
    () => seen.push('idle'),
    2,
  );
  const runs = ['a', 'b', 'c'].map((name) => queue.add(request(name), never));
  expect(seen).toEqual(['a', 'b']);
  const [first, second] = [
    { outputs: {}, feeds: {} },
    { outputs: {}, feeds: {} },
  ];
  queue.finish(first);
  expect(seen).toEqual(['a', 'b', 'c']);
  queue.finish(second);
  expect(await runs[0]).toBe(first);
  expect(await runs[1]).toBe(second);
  queue.reject(new ViewforgeError('ABORTED', 'test', 'closed'), false);
  queue.finish(first);
  await expect(runs[2], 'it was begun').resolves.toBe(first);
  expect(seen.at(-1)).toBe('idle');
});
