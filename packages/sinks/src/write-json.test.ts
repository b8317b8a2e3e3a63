import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeJson } from './write-json.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-json-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(value: unknown): Promise<string> {
  const path = join(folder, 'value.json');
  await writeJson(path, value);
  return readFile(path, 'utf8');
}

test('keys are sorted by code unit at every depth, lists keep their order', async () => {
  const text = await written({ b: [{ z: 1, a: 2 }, 'x'], B: 0, a: null });
  expect(text).toBe('{\n  "B": 0,\n  "a": null,\n  "b": [\n    {\n      "a": 2,\n      "z": 1\n    },\n    "x"\n  ]\n}\n');
});

test('the order in which keys were set does not matter', async () => {
  expect(await written({ one: 1, two: { three: 3, four: 4 } })).toBe(await written({ two: { four: 4, three: 3 }, one: 1 }));
});

test('a key "__proto__" is written like any other', async () => {
  expect(JSON.parse(await written(JSON.parse('{"__proto__": {"x": 1}}')))).toEqual(JSON.parse('{"__proto__": {"x": 1}}'));
});

test('what JSON does not have becomes null or is left out', async () => {
  expect(JSON.parse(await written({ a: Number.NaN, b: undefined }))).toEqual({ a: null });
});
