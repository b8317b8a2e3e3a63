import { createGraph } from '@viewforge/graph';
import { describe, expect, test } from 'vitest';
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

describe('values that are held', () => {
  /** x * w + b, both fed. */
  const affine = () => {
    const graph = createGraph({ name: 'affine' });
    const [x, w, b] = ['x', 'w', 'b'].map((name) => graph.input(name, 'float32', ['n']));
    graph.output('y', graph.node('Add', [graph.node('Mul', [x, w]), b]), 'float32', ['n']);
    return graph.bytes();
  };
  const one = (name: string, value: number): Payloads => ({
    [name]: { type: 'float32', shape: [1], data: Float32Array.of(value) },
  });
  const resultOf = async (session: Session, feeds: Payloads, held: string[]) =>
    (await session.run(feeds, ['y'], running, held)).outputs['y']!.data[0];

  test.each([
    ['a thread of its own', openSession],
    ['this thread', openNearSession],
  ])('in %s, a run names the sets it is fed', async (_, open) => {
    const session = await open(setup(affine()), running);
    await session.hold('two', { ...one('w', 2), ...one('b', 1) }, running);
    await session.hold('three', one('w', 3), running);
    expect(await resultOf(session, one('x', 5), ['two'])).toBe(11);
    expect(await resultOf(session, { ...one('x', 5), ...one('b', 0) }, ['three'])).toBe(15);
    expect(await resultOf(session, one('x', 6), ['two']), 'they stay').toBe(13);
    await session.close();
  });

  test('a set takes the place of the one of its name, in line with the runs', async () => {
    const session = await openSession(setup(affine()), running);
    await session.hold('w', { ...one('w', 2), ...one('b', 0) }, running);
    const before = resultOf(session, one('x', 1), ['w']);
    const held = session.hold('w', { ...one('w', 7), ...one('b', 0) }, running);
    const after = resultOf(session, one('x', 1), ['w']);
    expect([await before, await after]).toEqual([2, 7]);
    await held;
    await session.close();
  });

  test('one that is not there, one that was dropped, and a value given twice are told', async () => {
    const session = await openSession(setup(affine()), running);
    await session.hold('w', one('w', 2), running);
    const feeds = () => ({ ...one('x', 1), ...one('b', 1) });
    await expect(resultOf(session, feeds(), ['v'])).rejects.toThrow('no values are held as "v"; held are w');
    await expect(resultOf(session, { ...feeds(), ...one('w', 1) }, ['w'])).rejects.toThrow(
      'a value for "w" is held as "w" and given',
    );
    await session.drop('w', running);
    await expect(resultOf(session, feeds(), ['w'])).rejects.toThrow('held are none');
    await session.close();
    await expect(session.hold('w', one('w', 1), running)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(session.drop('w', running)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
