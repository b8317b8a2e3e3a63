import { createGraph } from '@viewforge/graph';
import { tinyOnnx } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { openNearSession } from './near-session.ts';
import type { SessionOptions } from './session.ts';
import type { Payloads } from './session-messages.ts';

const running = { signal: new AbortController().signal };
const half = tinyOnnx({ operator: 'Softmax', attributes: { axis: 1 }, from: ['n', 2], to: ['n', 2], input: 'x', output: 'y' });
const setup = (more: Partial<SessionOptions> = {}): SessionOptions => ({
  ...{ where: 'test-model', model: half, providers: ['cpu'], threads: 1, spinning: false },
  ...more,
});
const feed = (...numbers: number[]): Payloads => ({
  x: { type: 'float32', shape: [numbers.length / 2, 2], data: Float32Array.from(numbers) },
});

test('a model runs in this thread, and its feeds stay where they were', async () => {
  const session = await openNearSession(setup(), running);
  expect(session).toMatchObject({ provider: 'cpu', passedOver: [], inputs: { x: { shape: ['n', 2] } }, outputs: { y: {} } });
  const feeds = feed(3, 3, 7, 7);
  const [first, second] = await Promise.all([session.run(feeds, ['y'], running), session.run(feed(1, 1), ['y'], running)]);
  expect(first.outputs['y']).toEqual({ type: 'float32', shape: [2, 2], data: Float32Array.of(0.5, 0.5, 0.5, 0.5) });
  expect([...second.outputs['y']!.data]).toEqual([0.5, 0.5]);
  expect([...feeds['x']!.data]).toEqual([3, 3, 7, 7]);
  await session.close();
  await session.close();
  await expect(session.run(feeds, ['y'], running)).rejects.toMatchObject({ code: 'USAGE' });
});

test.each([2, 2 ** 19])('outputs of %d numbers have buffers of their own, which may be handed over', async (n) => {
  const graph = createGraph({ name: 'own' });
  const [x, i] = [graph.input('x', 'float32', ['n']), graph.input('i', 'int64', ['n'])];
  graph.output('y', graph.node('Identity', [x]), 'float32', ['n']);
  graph.output('same', graph.node('Identity', [x]), 'float32', ['n']);
  graph.output('j', graph.node('Add', [i, i]), 'int64', ['n']);
  graph.output('fixed', graph.constant(Float32Array.of(7), [1]), 'float32', [1]);
  const session = await openNearSession(setup({ model: graph.bytes() }), running);
  const feeds: Payloads = {
    x: { type: 'float32', shape: [n], data: new Float32Array(n).fill(3) },
    i: { type: 'int64', shape: [n], data: new BigInt64Array(n).fill(4n) },
  };
  const names = ['y', 'same', 'j', 'fixed'];
  const run = async () => (await session.run(feeds, names, running)).outputs;
  const first = await run();
  const data = names.map((name) => first[name]!.data);
  const buffers = data.map(({ buffer }) => buffer as ArrayBuffer);
  expect(new Set(buffers).size).toBe(4);
  const moved = structuredClone(data, { transfer: buffers });
  expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0, 0]); // handed over, not copied
  expect(Object.values(await run()).map((output) => output.data.at(-1))).toEqual([3, 3, 8n, 7]);
  await session.close();
  expect(moved.map((each) => each.at(-1))).toEqual([3, 3, 8n, 7]);
  expect([...feeds['x']!.data.subarray(0, 2)]).toEqual([3, 3]);
});

test('what cannot be loaded or run is told as by a session in a thread of its own', async () => {
  await expect(openNearSession(setup({ model: Uint8Array.of(1, 2, 3) }), running)).rejects.toMatchObject({
    code: 'MODEL_CORRUPT',
  });
  const passedOver = [{ provider: 'webgpu', reason: 'no card' }];
  const refused = openNearSession(setup({ providers: ['cuda'], model: half, passedOver }), running);
  await expect(refused).rejects.toMatchObject({ code: 'PROVIDER', message: expect.stringContaining('webgpu: no card; cuda: ') });
  const session = await openNearSession(setup(), running);
  const wrong: Payloads = { x: { type: 'float32', shape: [1, 3], data: new Float32Array(3) } };
  await expect(session.run(wrong, ['y'], running)).rejects.toMatchObject({ code: 'MODEL_INPUT' });
  // and the session is still there
  expect((await session.run(feed(1, 1), ['y'], running)).outputs['y']!.data[0]).toBe(0.5);
  await session.close();
});

test('an abort is seen before a run and after it', async () => {
  const session = await openNearSession(setup(), running);
  const before = AbortSignal.abort(new Error('before'));
  await expect(session.run(feed(1, 1), ['y'], { signal: before })).rejects.toThrow('before');
  await expect(openNearSession(setup(), { signal: before })).rejects.toThrow('before');
  const abort = new AbortController();
  const run = session.run(feed(1, 1), ['y'], abort);
  abort.abort(new Error('meanwhile'));
  await expect(run).rejects.toThrow('meanwhile');
  await session.close();
});
