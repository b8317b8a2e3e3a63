import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { features } from '@viewforge/tensor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeNpy, readNpy } from './npy.ts';
import { openNpyAppender } from './npy-appender.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-rows-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('rows appended in parts are the file of all rows, byte for byte', async () => {
  const path = join(folder, 'parts.npy');
  const rows = await openNpyAppender(path, { row: [3] });
  await rows.append(features(Float32Array.of(1, 2, 3), 1, 3));
  await rows.append(Float32Array.of(4, 5, 6, 7, 8, 9));
  expect(rows.rows()).toBe(3);
  await rows.finish();
  const whole = encodeNpy(
    features(
      Float32Array.from({ length: 9 }, (_, i) => i + 1),
      3,
      3,
    ),
  );
  expect(new Uint8Array(await readFile(path))).toEqual(whole);
});

test('no file has the final name before all rows are there', async () => {
  const path = join(folder, 'later.npy');
  const rows = await openNpyAppender(path, { row: [1] });
  await rows.append(Float32Array.of(1));
  await rows.flush();
  expect((await readdir(folder)).filter((name) => name.startsWith('later'))).toEqual(['later.npy.partial']);
  await rows.finish();
  expect((await readdir(folder)).filter((name) => name.startsWith('later'))).toEqual(['later.npy']);
});

test.each(['partial', 'finished'])('a %s file is taken up again at a row; later rows are cut off', async (state) => {
  const path = join(folder, `resume-${state}.npy`);
  const first = await openNpyAppender(path, { row: [2], type: 'f64' });
  await first.append(Float64Array.of(1, 2, 3, 4, 5, 6));
  await (state === 'partial' ? first.close() : first.finish());
  const second = await openNpyAppender(path, { row: [2], type: 'f64', resumeAt: 2 });
  expect(second.rows()).toBe(2);
  await second.append(Float64Array.of(-5, -6));
  await second.finish();
  await second.close();
  expect(await readNpy(path)).toEqual({ shape: [3, 2], data: Float64Array.of(1, 2, 3, 4, -5, -6) });
});

test('a column of numbers has the shape [n], and no rows give an empty array', async () => {
  const path = join(folder, 'column.npy');
  const labels = await openNpyAppender(path, { row: [], type: 'i32' });
  await labels.append(Int32Array.of(3, 1, 2));
  await labels.finish();
  expect(await readNpy(path)).toEqual({ shape: [3], data: Int32Array.of(3, 1, 2) });
  const empty = join(folder, 'empty.npy');
  await (await openNpyAppender(empty, { row: [4] })).finish();
  expect(await readNpy(empty)).toEqual({ shape: [0, 4], data: new Float32Array(0) });
});

test('too few rows to go on with are CHECKPOINT', async () => {
  const path = join(folder, 'short.npy');
  await expect(openNpyAppender(path, { row: [2], resumeAt: 1 })).rejects.toMatchObject({ code: 'CHECKPOINT', where: path });
  await writeFile(`${path}.partial`, encodeNpy({ shape: [1, 2], data: Float32Array.of(1, 2) }));
  await expect(openNpyAppender(path, { row: [2], resumeAt: 2 })).rejects.toMatchObject({ code: 'CHECKPOINT' });
});

test('rows of another type or width are refused', async () => {
  const rows = await openNpyAppender(join(folder, 'types.npy'), { row: [2] });
  await expect(rows.append(Float64Array.of(1, 2))).rejects.toThrow('expected rows of [2] f32');
  await expect(rows.append(Float32Array.of(1, 2, 3))).rejects.toThrow(RangeError);
  await rows.close();
});

test('a folder that is not there is FILE_WRITE and names the path', async () => {
  const path = join(folder, 'nowhere', 'rows.npy');
  await expect(openNpyAppender(path, { row: [2] })).rejects.toMatchObject({ code: 'FILE_WRITE', where: path });
});
