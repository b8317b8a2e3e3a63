import { spawnSync } from 'node:child_process';
import { createGraph, type Graph, type Value } from '@viewforge/graph';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNearSession } from './near-session.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';
import type { Payloads } from './session-messages.ts';

const running = { signal: new AbortController().signal };
const setup = (model: Uint8Array): SessionOptions => ({
  where: 'test-model',
  model,
  providers: ['cpu'],
  threads: 1,
  spinning: false,
});

function modelOf(build: (graph: Graph, x: Value) => Value): Uint8Array {
  const graph = createGraph({ name: 'test' });
  graph.output('y', build(graph, graph.input('x', 'float32', ['n', 'm'])), 'float32', ['n', 'm']);
  return graph.bytes();
}
/** Twice the input. */
const double = () => modelOf((graph, x) => graph.node('Add', [x, x]));
/** A product of an input [n, n] with itself, again and again: slow for large n. */
const slow = () =>
  modelOf((graph, x) =>
    Array.from({ length: 20 }).reduce<Value>((y) => graph.node('Softmax', [graph.node('MatMul', [y, x])]), x),
  );

const feed = (numbers: readonly number[], shape = [numbers.length, 1]): Payloads => ({
  x: { type: 'float32', shape, data: Float32Array.from(numbers) },
});
const square = (side: number): Payloads => ({ x: { type: 'float32', shape: [side, side], data: new Float32Array(side * side) } });

let doubler: Session;
let slowOne: Session;
beforeAll(async () => {
  [doubler, slowOne] = await Promise.all([openSession(setup(double()), running), openSession(setup(slow()), running)]);
});
afterAll(async () => {
  await doubler.close();
  await slowOne.close();
});

test('it says what it takes and gives and where it runs', () => {
  expect(doubler.inputs).toEqual({ x: { type: 'float32', shape: ['n', 'm'] } });
  expect(doubler.outputs).toEqual({ y: { type: 'float32', shape: ['n', 'm'] } });
  expect(doubler.provider).toBe('cpu');
  expect(doubler.passedOver).toEqual([]);
});

test('the buffer is handed over and comes back', async () => {
  const feeds = feed([1, 2, 3]);
  const answer = doubler.run(feeds, ['y'], running);
  expect(feeds['x']!.data.buffer.byteLength).toBe(0);
  const { outputs, feeds: back } = await answer;
  expect(outputs['y']).toEqual({ type: 'float32', shape: [3, 1], data: Float32Array.of(2, 4, 6) });
  expect([...back['x']!.data]).toEqual([1, 2, 3]);
});

test('runs are answered in the order they were asked for', async () => {
  const order: number[] = [];
  const runs = [4, 1, 3].map(async (value) => {
    const { outputs } = await doubler.run(feed([value]), ['y'], running);
    order.push(Number(outputs['y']!.data[0]));
  });
  await Promise.all(runs);
  expect(order).toEqual([8, 2, 6]);
});

test('the thread that asks stays free while the model runs', async () => {
  let turns = 0;
  const clock = setInterval(() => turns++, 1);
  await slowOne.run(square(400), ['y'], running);
  clearInterval(clock);
  expect(turns).toBeGreaterThan(2);
});

test('aborted before it starts: rejects with the reason', async () => {
  const reason = new Error('changed my mind');
  await expect(doubler.run(feed([1]), ['y'], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  await expect(openSession(setup(double()), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('aborted while it runs or waits: rejects at once, and the session goes on', async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const ended: string[] = [];
  const note = (name: string) => (reason: unknown) => ended.push(`${name} ${String(reason)}`);
  const inProgress = slowOne.run(square(600), ['y'], first).catch(note('in progress'));
  const waiting = slowOne.run(square(600), ['y'], second).catch(note('waiting'));
  const last = slowOne.run(square(2), ['y'], running).then(() => ended.push('last done'));
  await new Promise((resolve) => setTimeout(resolve, 5));
  first.abort('stop');
  second.abort('leave');
  await Promise.all([inProgress, waiting]);
  expect(ended).toEqual(['in progress stop', 'waiting leave']);
  await last;
  expect(ended.at(-1)).toBe('last done');
});

test('a feed that does not fit the model is MODEL_INPUT, and the session goes on', async () => {
  await expect(doubler.run(feed([1, 2], [2]), ['y'], running)).rejects.toMatchObject({
    code: 'MODEL_INPUT',
    message: expect.stringContaining('test-model: expected the model to run, got: '),
  });
  await expect(doubler.run(feed([1]), ['y'], running)).resolves.toBeDefined();
});

test.each([
  ['an input that is not fed', {}],
  ['a number beyond the table it points into', { i: { type: 'int64', shape: [1], data: BigInt64Array.of(3n) } }],
] as [string, Payloads][])('%s is MODEL_INPUT, in a thread of its own or not', async (_, feeds) => {
  const graph = createGraph({ name: 'table' });
  const table = graph.constant(Float32Array.of(1, 2, 3), [3]);
  graph.output('y', graph.node('Gather', [table, graph.input('i', 'int64', ['n'])]), 'float32', ['n']);
  for (const open of [openNearSession, openSession]) {
    const session = await open(setup(graph.bytes()), running);
    await expect(session.run(feeds, ['y'], running)).rejects.toMatchObject({ code: 'MODEL_INPUT' });
    await session.close();
  }
});

test('a model that no provider loads is MODEL_CORRUPT with the reason of ONNX Runtime', async () => {
  const model = modelOf((graph, x) => graph.node('NoSuchOperator', [x]));
  await expect(openSession(setup(model), running)).rejects.toMatchObject({
    code: 'MODEL_CORRUPT',
    message: expect.stringContaining('NoSuchOperator'),
  });
});

test('closing ends the run in progress with its result, rejects those that wait, and may be repeated', async () => {
  const session = await openSession(setup(double()), running);
  const inProgress = session.run(feed([1]), ['y'], running);
  const waiting = session.run(feed([2]), ['y'], running);
  const refused = expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  await Promise.all([session.close(), session.close()]);
  expect((await inProgress).outputs['y']!.data[0]).toBe(2);
  await refused;
  await session.close();
  await expect(session.run(feed([1]), ['y'], running)).rejects.toMatchObject({ code: 'USAGE' });
});

test('sessions are closed one by one without harm to the others', async () => {
  const others = await Promise.all([1, 2, 3].map(() => openSession(setup(double()), running)));
  await others[0]!.close();
  await others[2]!.close();
  expect((await others[1]!.run(feed([5]), ['y'], running)).outputs['y']!.data[0]).toBe(10);
  await others[1]!.close();
});

test('a thread that dies is WORKER', async () => {
  const broken = { ...setup(double()), providers: undefined as never };
  await expect(openSession(broken, running)).rejects.toMatchObject({
    code: 'WORKER',
    message: expect.stringContaining('expected a thread with ONNX Runtime'),
  });
});

test('a session that nobody closed does not keep the process alive', () => {
  const entry = new URL('../dist/index.js', import.meta.url).href;
  const program = `
    import { openSession, randomNetworkModel } from '${entry}';
    const model = randomNetworkModel({ seed: 0, width: 8 });
    const running = { signal: new AbortController().signal };
    const session = await openSession({ where: 'm', model, providers: ['cpu'], threads: 1, spinning: false }, running);
    const image = { type: 'float32', shape: [1, 3, 8, 8], data: new Float32Array(192) };
    const { outputs } = await session.run({ image }, ['features'], running);
    console.log(outputs.features.shape.join());`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '1,8\n', stderr: '' });
});

test('closing keeps the process until the thread has ended, also where the last answer comes meanwhile', () => {
  const entry = new URL('../dist/index.js', import.meta.url).href;
  const program = `
    import { openSession, randomNetworkModel } from '${entry}';
    const running = { signal: new AbortController().signal };
    const model = randomNetworkModel({ seed: 1, width: 8 });
    const session = await openSession({ where: 'm', model, providers: ['cpu'], threads: 1, spinning: false }, running);
    const image = { type: 'float32', shape: [8, 3, 128, 128], data: new Float32Array(8 * 3 * 128 * 128) };
    const run = session.run({ image }, ['features'], running);
    await session.close();
    console.log((await run).outputs.features.shape.join());`;
  const options = { encoding: 'utf8', timeout: 20_000 } as const;
  for (let time = 0; time < 5; time++) {
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '8,8\n' }); // 13 would be an await that nothing is left for
  }
});

test('feeds whose buffer was handed over before are USAGE, and the session stays usable', async () => {
  const feeds = feed([1, 2]);
  const [first, second] = [doubler.run(feeds, ['y'], running), doubler.run(feeds, ['y'], running)];
  const refused = expect(second).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('expected 2 numbers for the input "x" of [2,1], got 0'),
  });
  expect([...(await first).outputs['y']!.data]).toEqual([2, 4]);
  await refused;
  expect([...(await doubler.run(feed([3]), ['y'], running)).outputs['y']!.data]).toEqual([6]);
});
