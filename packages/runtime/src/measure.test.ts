import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry } from '@viewforge/core';
import { readNpy, writeNpy } from '@viewforge/sinks';
import { axes } from '@viewforge/testkit';
import { features } from '@viewforge/tensor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtInPlugins } from './load-plugins.ts';
import { measureEmbeddings } from './measure.ts';

const registry = createRegistry(builtInPlugins);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-measure-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function stored(n: number, name: string) {
  const path = join(folder, `${n}-${name}.npy`);
  await writeNpy(path, axes(n));
  const { shape, data } = await readNpy(path);
  return features(data as Float32Array, shape[0]!, shape[1]!);
}

test.each([
  [2, 0.5],
  [5, 0.2],
  [16, 1],
])('InfoNCE of %i orthogonal pairs in files is ln(e^(1/t) + n - 1) - 1/t at t = %d', async (n, t) => {
  const views = [await stored(n, 'a'), await stored(n, 'b')];
  const { report } = await measureEmbeddings(registry, { use: 'info-nce', options: { temperature: t }, views });
  expect(report.value).toBeCloseTo(Math.log(Math.exp(1 / t) + n - 1) - 1 / t, 6); // float32 rows
});

test('what usually stands before a loss is chosen by what it measures', async () => {
  const rows = [axes(4), axes(4)];
  const value = async (use: string, more = {}) => {
    const measured = await measureEmbeddings(registry, { use, views: rows, ...more });
    return measured.report.value;
  };
  expect(await value('nt-xent', { options: { temperature: 1 } })).toBeCloseTo(Math.log(1 + 6 / Math.E), 6);
  // DCL leaves the positive out of what it is told from
  expect(await value('decoupled', { options: { temperature: 1 } })).toBeCloseTo(Math.log(6) - 1, 6);
  expect(await value('negative-cosine')).toBeCloseTo(-1, 6);
  // one class holds all rows, so that there is nothing to tell them from
  expect(await value('triplet', { labels: [0, 0, 0, 0] })).toBe(0);
  await expect(value('masked-reconstruction')).rejects.toMatchObject({ code: 'DOMAIN' });
});

test('roles, options of the pairing and gradients of every view', async () => {
  const measured = await measureEmbeddings(registry, {
    use: 'dino',
    options: { teacherTemperature: 1, studentTemperature: 1 },
    pairing: 'distributions',
    pairingOptions: { role: 'student', teacher: 'teacher', taughtBy: 'all' },
    views: { student: [axes(3)], teacher: [axes(3)] },
    gradients: true,
  });
  if (measured.kind !== 'loss') throw new Error('expected a loss');
  const entropy = Math.log(Math.E + 2) - Math.E / (Math.E + 2); // of the softmax of (1, 0, 0)
  expect(measured.report.value).toBeCloseTo(entropy, 6);
  expect(measured.gradients!['student']![0]!.shape).toEqual([3, 3]);
  expect(measured.gradients!['student']![0]!.get(0, 0)).toBeCloseTo(0, 6); // the student says what the teacher says
});

test.each([
  [[0, 1], 'expected 4 labels, one a row, got 2'],
  [[0, 1, 0.5, 2], 'expected labels that are whole numbers from 0, got 0.5'],
])('labels %j are refused', async (labels, message) => {
  const measured = measureEmbeddings(registry, { use: 'info-nce', views: [axes(4), axes(4)], labels });
  await expect(measured).rejects.toMatchObject({ code: 'LABEL', message: expect.stringContaining(message) });
});

test('a metric is told from a loss by its name', async () => {
  const views = [axes(4), axes(4)];
  expect(await measureEmbeddings(registry, { use: 'alignment', views })).toMatchObject({ kind: 'metric', report: { value: 0 } });
});

test('views of different shape are refused with both shapes', async () => {
  const measured = measureEmbeddings(registry, { use: 'info-nce', views: [axes(4), axes(5)] });
  await expect(measured).rejects.toMatchObject({ code: 'SHAPE', message: expect.stringMatching(/\[4,4\] and \[5,5\]/) });
});

test('a misspelled name is answered with the one that was meant', async () => {
  const measured = measureEmbeddings(registry, { use: 'info-nec', views: [axes(2), axes(2)] });
  await expect(measured).rejects.toMatchObject({
    code: 'NAME',
    message: expect.stringMatching(/did you mean "losses\/info-nce"/),
  });
});
