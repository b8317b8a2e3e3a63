import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePairing, type Pairing, pairs, type Source, ViewforgeError } from '@viewforge/core';
import { features, values } from '@viewforge/tensor';
import { examplePixels, exampleSource, flattenEncoder } from '@viewforge/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CheckedRecipe, parseRecipe } from '../parse-recipe.ts';
import type { JobOptions, JobProgress } from './options.ts';
import { runJob } from './run-job.ts';

let folder: string;
let checked: CheckedRecipe;
const size = 8;
const names = [
  'trace.jsonl',
  'embeddings/view-0.npy',
  'embeddings/view-1.npy',
  'embeddings/items.jsonl',
  'losses.jsonl',
  'views.png',
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-job-'));
  checked = await parseRecipe({
    seed: 5,
    epochs: 2,
    batchSize: 3,
    source: { use: 'data/image-folder', options: { root: 'unused' } },
    sampler: { use: 'data/shuffled' },
    plan: { use: 'views-simclr/simclr', options: { size } },
    badItems: { policy: 'quarantine' },
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** Ten pictures, the fourth of which cannot be opened. */
function tenPictures(): Source<'pixels'> {
  const source = exampleSource(examplePixels(10), [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  return {
    ...source,
    async ready(running) {
      const collection = await source.ready(running);
      const open = collection.open.bind(collection);
      const broken = new ViewforgeError('IMAGE_DECODE', 'example-0003', 'expected an image, got noise');
      return { ...collection, open: (index, each) => (index === 3 ? Promise.reject(broken) : open(index, each)) };
    },
  };
}

function job(name: string, options: Partial<JobOptions> = {}, recipe = checked) {
  const parts = { source: tenPictures(), encoder: flattenEncoder([3, size, size]) };
  return runJob(recipe, { output: join(folder, name), parts, ...options });
}

async function interrupted(
  name: string,
  afterBatches: number,
  options: Partial<JobOptions> = {},
  recipe = checked,
): Promise<unknown> {
  const controller = new AbortController();
  let batches = 0;
  const onProgress = ({ loss }: JobProgress) => {
    if (!Number.isNaN(loss) && ++batches === afterBatches)
      controller.abort(new ViewforgeError('ABORTED', 'test', 'expected to finish, got stopped'));
  };
  return job(name, { ...options, signal: controller.signal, onProgress }, recipe).catch((error: unknown) => error);
}

test('counts add up, and the bad item is named in summary and quarantine', async () => {
  const { counts, badItems, source, files } = await job('whole');
  expect(counts).toMatchObject({ read: 19, used: 18, quarantined: 1, views: 36 }); // not read again in the second epoch
  expect(counts.read).toBe(counts.used + counts.skipped + counts.replaced + counts.quarantined);
  expect(source.items).toBe(10);
  expect(badItems).toMatchObject([{ id: 'example-0003', code: 'IMAGE_DECODE', outcome: 'quarantined' }]);
  expect(files).toContain('quarantine.jsonl');
});

test('the folder of a finished job holds exactly the files its summary lists', async () => {
  const { files } = await job('listed');
  const there = await readdir(join(folder, 'listed'), { recursive: true, withFileTypes: true });
  const paths = there
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'listed').length + 1));
  expect(paths.sort()).toEqual([...files]);
});

test.each([1, 2, 4, 5])('a job stopped after batch %i and gone on with leaves the same bytes', async (batches) => {
  const whole = await job(`undisturbed-${batches}`);
  const reason = await interrupted(`stopped-${batches}`, batches);
  expect(reason).toMatchObject({ code: 'ABORTED' });
  const resumed = await job(`stopped-${batches}`, { resume: true });
  expect(resumed).toEqual(whole);
  for (const name of [...names, 'summary.json', 'quarantine.jsonl']) {
    const [a, b] = await Promise.all(
      [`undisturbed-${batches}`, `stopped-${batches}`].map((job) => readFile(join(folder, job, name))),
    );
    expect(a!.equals(b!), name).toBe(true);
  }
});

test.each([1, 3])('scores are written step by step, and the same when a job is stopped after batch %i', async (batches) => {
  const recipe = { ...checked.recipe, scores: { every: 2 } };
  const whole = await job(`watched-${batches}`, {}, { ...checked, recipe });
  expect(whole.files).toEqual(expect.arrayContaining(['scores.html', 'scores.json', 'scores.jsonl']));
  await interrupted(`watched-less-${batches}`, batches, {}, { ...checked, recipe });
  await job(`watched-less-${batches}`, { resume: true }, { ...checked, recipe });
  const names = ['scores.jsonl', 'scores.json', 'scores.html'];
  const [a, b] = await Promise.all(
    ['watched', 'watched-less'].map((name) =>
      Promise.all(names.map((file) => readFile(join(folder, `${name}-${batches}`, file), 'utf8'))),
    ),
  );
  expect(b).toEqual(a);
  const lines = a![0]!
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ step }) => step)).toEqual([0, 2, 4]);
  expect(lines[0]).toMatchObject({ epoch: 0, place: 0, from: 'both-ways', queries: 6, positive: { n: 6 }, negative: { n: 24 } });
  expect(JSON.parse(a![1]!).options).toMatchObject({ temperature: checked.recipe.loss.options['temperature'], every: 2 });
});

test('a job that is not asked for scores writes none', async () => {
  const { files } = await job('unwatched');
  expect(files.filter((file) => file.startsWith('scores'))).toEqual([]);
});

test('a job stopped twice and gone on with sparse checkpoints leaves the same trace', async () => {
  await job('once');
  await interrupted('twice', 2, { checkpointEvery: 100 });
  await interrupted('twice', 2, { checkpointEvery: 100, resume: true });
  await job('twice', { resume: true });
  expect(await readFile(join(folder, 'twice', 'trace.jsonl'), 'utf8')).toBe(
    await readFile(join(folder, 'once', 'trace.jsonl'), 'utf8'),
  );
});

/** Keys of the batch before are negatives: the state is a typed array. */
const remembering = definePairing({
  name: 'remembering',
  summary: 'Compare with the keys of the batch before, too.',
  start: () => new Float32Array(3 * size * size),
  pair({ views }, before) {
    const [queries, keys] = [views['view']![0]!.features, views['view']![1]!.features];
    const d = keys.shape[1]!;
    const batch = { ...pairs(queries, keys), keys: [keys, features(before, before.length / d, d)] };
    return { batch, state: Float32Array.from(values(keys)), pullback: () => ({}) };
  },
});

test("a pairing's state of typed arrays survives an interruption", async () => {
  const pairing = remembering() as Pairing;
  const parts = { source: tenPictures(), encoder: flattenEncoder([3, size, size]), pairing };
  const whole = await job('remembered', { parts });
  await interrupted('recalled', 2, { parts });
  expect((await job('recalled', { parts, resume: true })).loss).toEqual(whole.loss);
});

test('going on with other settings is refused, and tells which', async () => {
  await interrupted('changed', 1);
  const other = { ...checked, recipe: { ...checked.recipe, seed: 6 } };
  const resumed = job('changed', { resume: true }, other);
  await expect(resumed).rejects.toMatchObject({ code: 'CHECKPOINT', message: expect.stringMatching(/"seed".* 5, got 6/) });
});

test('the number of workers may change between sessions', async () => {
  await interrupted('more', 1);
  await expect(job('more', { resume: true }, { ...checked, recipe: { ...checked.recipe, workers: 1 } })).resolves.toBeDefined();
});

test('results are not replaced unless asked for', async () => {
  await job('kept');
  await expect(job('kept')).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(/got one with a finished job/),
  });
  await expect(job('kept', { overwrite: true })).resolves.toBeDefined();
});

test('a job that fails before its first batch is done leaves nothing behind', async () => {
  const failing = { ...checked, recipe: { ...checked.recipe, badItems: { policy: 'fail', budget: 1 }, batchSize: 10 } as const };
  await expect(job('nothing', {}, failing)).rejects.toMatchObject({ code: 'IMAGE_DECODE', item: 'example-0003' });
  expect(await readdir(folder)).not.toContain('nothing');
});

test('a folder that holds other files is left alone', async () => {
  await expect(runJob(checked, { output: tmpdir(), overwrite: true })).rejects.toMatchObject({ code: 'USAGE' });
});

test('the metrics are those of the last epoch', async () => {
  const { metrics, loss } = await job('measured');
  expect(metrics.map(({ n }) => n).every((n) => n === 9 || n === 18)).toBe(true); // items, or rows of both views
  expect(loss.perEpoch.map(({ items }) => items)).toEqual([9, 9]);
});

test('timings are there when a clock is', async () => {
  let ticks = 0;
  const { timings } = await job('timed', { now: () => (ticks += 10) });
  expect(timings?.seconds).toBeGreaterThan(0);
  expect((await job('untimed')).timings).toBeUndefined();
});

test('results are not written among the images, where the next job would take them for data', async () => {
  const source = { use: 'data/image-folder', options: { root: join(folder, 'images') } };
  const recipe = { ...checked.recipe, source } as const;
  for (const output of ['images', 'images/results']) {
    const refused = runJob({ ...checked, recipe }, { output: join(folder, output) });
    await expect(refused).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(/outside of the images/) });
  }
  const beside = runJob({ ...checked, recipe }, { output: join(folder, 'images..results') });
  await expect(beside).rejects.toMatchObject({ code: 'FILE_MISSING' });
});

test('what a killed session left half-written is gone when the job is done', async () => {
  await interrupted('killed', 1);
  await writeFile(join(folder, 'killed', '.0b7f2a44-58c1-4f0e-9d3b-6a1f5e2c7d90.tmp'), '{ "half');
  const { files } = await job('killed', { resume: true });
  const there = await readdir(join(folder, 'killed'), { recursive: true });
  expect(there.filter((name) => name !== 'embeddings').sort()).toEqual([...files]);
});

test('a log that was damaged between two sessions is a CHECKPOINT error with its line', async () => {
  await interrupted('damaged', 2);
  const log = join(folder, 'damaged', 'losses.jsonl');
  await writeFile(log, (await readFile(log, 'utf8')).replace('{', '['));
  const message = expect.stringMatching(/losses\.jsonl: expected JSON on line 1, got \[/);
  await expect(job('damaged', { resume: true })).rejects.toMatchObject({ code: 'CHECKPOINT', message });
});
