import { openSession, type Session } from '@viewforge/onnx';
import { searchTop } from '@viewforge/miners';
import { features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { afterAll, expect, test } from 'vitest';
import { searchModel } from './mixing-model.ts';

const running = { signal: new AbortController().signal };
const opened: Session[] = [];
afterAll(() => Promise.all(opened.map((session) => session.close())));

async function found(queries: Float32Array, keys: Float32Array, count: number, isGrouped: boolean): Promise<number[]> {
  const model = searchModel({ hiding: 'nothing', isGrouped });
  const session = await openSession({ where: 'search', model, providers: ['cpu'], threads: 2, spinning: false }, running);
  opened.push(session);
  const whole = (value: number) => ({ type: 'int64' as const, shape: [1], data: BigInt64Array.of(BigInt(value)) });
  const [n, k] = [queries.length / 4, keys.length / 4];
  const feeds = {
    queries: { type: 'float32' as const, shape: [n, 4], data: queries.slice() },
    rows: { type: 'float32' as const, shape: [k, 4], data: keys.slice() },
    columns: whole(isGrouped ? k / 8 : k),
    count: whole(count),
  };
  const { outputs } = await session.run(feeds, ['found'], running);
  return Array.from(outputs['found']!.data as BigInt64Array, Number);
}

test.each([false, true])(
  'of equal similarities the lower column leads, at the border as well (in groups: %s)',
  async (isGrouped) => {
    // similarities 0, 1, 2 and 3 quarters, many of each, in no order
    const k = 512;
    const level = (column: number) => (column * 7 + (column >> 3) * 5) % 4;
    const keys = Float32Array.from({ length: 4 * k }, (_, at) =>
      at % 4 === 0 ? level(at >> 2) / 4 : at % 4 === 1 ? Math.sqrt(1 - (level(at >> 2) / 4) ** 2) : 0,
    );
    const ranked = Array.from({ length: k }, (_, column) => column).sort((a, b) => level(b) - level(a) || a - b);
    for (const count of [1, 10, 50])
      expect(await found(Float32Array.of(1, 0, 0, 0), keys, count, isGrouped)).toEqual(ranked.slice(0, count));
  },
);

test.each([false, true])('columns are those that the search of the miners finds (in groups: %s)', async (isGrouped) => {
  const [queries, keys] = [exampleFeatures(6, 4, 1), exampleFeatures(640, 4, 2)];
  const single = (rows: typeof queries) => unit(values(rows) as Float32Array);
  const top = searchTop({ queries, keys: [features(single(keys), 640, 4)], count: 30 });
  expect(await found(single(queries), single(keys), 30, isGrouped)).toEqual([...top.columns]);
});

function unit(rows: Float32Array): Float32Array {
  const all = tensor(rows.slice(), [rows.length / 4, 4]);
  const to = values(all) as Float32Array;
  for (let at = 0; at < to.length; at += 4) {
    const length = Math.hypot(...to.subarray(at, at + 4));
    for (let i = at; i < at + 4; i++) to[i] = to[i]! / length;
  }
  return to;
}
