import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  type GoldenRecipe,
  goldenBytes,
  goldenFamily,
  goldenNames,
  goldenNumber,
  goldenNumbers,
  goldenTensor,
  readGolden,
} from './golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'viewforge-golden-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a file of another schema is refused', () => {
  expect(() => readGolden(write({ schema: 'other/2', cases: [] }))).toThrow(
    'expected schema "viewforge-golden/1", got "other/2"',
  );
});

test('what a file or a case leaves out is empty', () => {
  const { cases, tolerance } = readGolden(write({ schema: 'viewforge-golden/1', family: 'a', cases: [{ name: 'b', fn: 'c' }] }));
  expect(cases).toEqual([{ name: 'b', fn: 'c', params: {}, inputs: {}, outputs: {} }]);
  expect(tolerance).toEqual({});
});

test('words stand for the numbers that JSON lacks', () => {
  const array = { shape: [4], dtype: 'f64', data: [1.5, 'NaN', 'Infinity', '-Infinity'] } as const;
  expect([...goldenNumbers(array)]).toEqual([1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  expect(goldenNumber({ shape: [], dtype: 'f64', data: ['-Infinity'] })).toBe(Number.NEGATIVE_INFINITY);
});

test('bytes are little-endian', () => {
  const floats = Buffer.from(Float32Array.of(0.1, -2).buffer).toString('base64');
  expect([...goldenNumbers({ shape: [2], dtype: 'f32', b64: floats })]).toEqual([Math.fround(0.1), -2]);
  expect([...goldenBytes({ shape: [1, 3], dtype: 'u8', b64: Buffer.from([0, 7, 255]).toString('base64') })]).toEqual([0, 7, 255]);
});

// worked out by the recipe's definition with exact integers
test.each<[GoldenRecipe, number[]]>([
  [{ seed: 0, dist: 'u8' }, [1013904223 >>> 24, 1196435762 >>> 24]],
  [{ seed: 0, dist: 'unit' }, [(1013904223 >>> 8) / 2 ** 24, (1196435762 >>> 8) / 2 ** 24]],
  [{ seed: 0, dist: 'unit', mul: 2, add: -1 }, [(1013904223 >>> 8) / 2 ** 23 - 1, (1196435762 >>> 8) / 2 ** 23 - 1]],
  [{ seed: 0, dist: 'int', n: 10 }, [2, 2]],
  [{ seed: 41, dist: 'normal' }, [0.04981362819671631, 1.6623982191085815]],
])('a recipe gives its numbers: %j', (lcg, expected) => {
  expect([...goldenNumbers({ shape: [2], dtype: 'f64', lcg })]).toEqual(expected);
});

test('a recipe that does not give the values it promises is refused', () => {
  const lcg = { seed: 41, dist: 'normal' } as const;
  const array = { shape: [1], dtype: 'f64', lcg, check: { first: [0.5], last: 0.5 } } as const;
  expect(() => goldenNumbers(array)).toThrow('expected 0.5 from its recipe, got 0.0498');
});

test('too few values are refused', () => {
  expect(() => goldenNumbers({ shape: [2, 2], dtype: 'f64', data: [1] })).toThrow('expected 4 values for [2,2], got 1');
});

test('a tensor has the shape and the element type asked for', () => {
  const array = { shape: [1, 2], dtype: 'f64', data: [0.1, 2] } as const;
  expect(goldenTensor(array).get(0, 0)).toBe(0.1);
  expect(goldenTensor(array, 'float32').get(0, 0)).toBe(Math.fround(0.1));
});

function write(content: unknown): string {
  const path = join(folder, 'golden.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test('a file that is no JSON is refused by its path, and so is one without cases', () => {
  const path = join(folder, 'broken.json');
  writeFileSync(path, '{ "schema": ');
  expect(() => readGolden(path)).toThrow(`${path}: expected JSON, got`);
  expect(() => readGolden(write(null))).toThrow('expected schema "viewforge-golden/1", got undefined');
  expect(() => readGolden(write({ schema: 'viewforge-golden/1', cases: {} }))).toThrow('expected a list of cases, got {}');
});

test('families that come with the package are read by name, and a wrong name is answered with all of them', () => {
  expect(goldenNames()).toContain('loss_ntxent');
  const [first] = goldenFamily('loss_ntxent').cases;
  expect(goldenTensor(first!.inputs['z0']!).shape).toEqual([4, 8]);
  expect(goldenNames().every((name) => goldenFamily(name).family === name)).toBe(true);
  expect(() => goldenFamily('loss_none')).toThrow(/expected one of .*loss_ntxent.*, got "loss_none"/);
});
