import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineAugmenter, defineMixer, definePlan } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { inBatch } from '@viewforge/pairings';
import { run } from '@viewforge/run';
import { features, image, values } from '@viewforge/tensor';
import { exampleSource, flattenEncoder } from '@viewforge/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createScoreMonitor, readScores, scoreSummary, writeScores } from './index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-scores-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Views [1, 1, 3] of three drawn numbers. */
const numbers = defineAugmenter({
  name: 'numbers',
  summary: 'Draw three numbers.',
  accepts: 'pixels',
  returns: 'image',
  options: z.object({}),
  draw: (_shape, _options, random) => [0, 1, 2].map(() => random.normal(0, 1)),
  reshape: () => [1, 1, 3],
  apply: (_pixels, drawn) => image(Float32Array.from(drawn), 1, 1, 3),
});
const plan = definePlan({
  name: 'numbers',
  summary: 'Two views.',
  groups: () => [{ role: 'view', count: 2, augment: numbers() }],
});
/** Turns every query into its opposite. */
const opposite = defineMixer({
  name: 'opposite',
  summary: 'Turn all queries around.',
  mixes: 'contrast',
  options: z.object({}),
  draw: () => null,
  apply: (batch) => {
    const [n, d] = batch.queries.shape as [number, number];
    return {
      ...batch,
      queries: features(
        Float32Array.from(values(batch.queries), (each) => -each),
        n,
        d,
      ),
    };
  },
});

test('a run shows its batches before and after every mixer', async () => {
  const monitor = createScoreMonitor({ temperature: 0.5 });
  const losses: number[] = [];
  const mixers = [opposite(), opposite()];
  const parts = { encoder: flattenEncoder([1, 1, 3]), pairing: inBatch(), loss: infoNce(), mixers };
  const options = { source: exampleSource(), plan: plan(), seed: 1, epochs: 3, batchSize: 100, ...parts };
  for await (const { loss } of run({ ...options, watch: monitor.watch })) losses.push(loss.parts['positive']!);
  expect(monitor.places().map(({ place, from }) => [place, from])).toEqual([
    [0, 'in-batch'],
    [1, 'opposite'],
    [2, 'opposite'],
  ]);
  const [before, turned, back] = monitor.places();
  expect(turned!.last.positive!.mean).toBeCloseTo(-before!.last.positive!.mean!, 6);
  expect(back!.last).toEqual({ ...before!.last, place: 2, from: 'opposite' });
  // the mean score of positives is what the loss says of what it got
  expect(monitor.rows().flatMap(({ place, positive }) => (place === 2 ? positive!.mean : []))).toEqual(
    losses.map((each) => expect.closeTo(each, 6)),
  );

  await writeScores(folder, monitor, 'Three numbers');
  expect((await readdir(folder)).sort()).toEqual(['scores.html', 'scores.json', 'scores.jsonl']);
  const again = createScoreMonitor({ temperature: 0.5 });
  await readScores(join(folder, 'scores.jsonl'), again);
  expect(scoreSummary(again)).toEqual(scoreSummary(monitor));
  expect(JSON.parse(await readFile(join(folder, 'scores.json'), 'utf8'))).toEqual(scoreSummary(monitor));
  expect(await readFile(join(folder, 'scores.html'), 'utf8')).toContain('<title>Three numbers</title>');
});
