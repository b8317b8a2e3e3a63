import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRecipe } from './parse-recipe.ts';
import { mainJob } from './recipe.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-recipe-'));
});
afterAll(() => rm(folder, { recursive: true }));

const source = { use: 'data/image-folder', options: { root: 'photos' } };
const problemsOf = async (input: object): Promise<string> =>
  parseRecipe({ source, ...input }, 'viewforge.json', folder).then(
    () => 'none',
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  );

test('a recipe that only names a folder is the main job', async () => {
  const { recipe } = await parseRecipe({ source });
  expect(recipe.plan).toMatchObject(mainJob.plan);
  expect(recipe.encoder.use).toBe(mainJob.encoder.use);
  expect(recipe.metrics.map(({ use }) => use)).toEqual(mainJob.metrics.map(({ use }) => use));
  expect(recipe).toMatchObject({ seed: 0, epochs: 1, batchSize: 32, workers: 'auto', badItems: { policy: 'fail', budget: 1 } });
});

test('options are complete in a parsed recipe, and parsing it again changes nothing', async () => {
  const { recipe } = await parseRecipe({ source });
  expect(recipe.loss.options['temperature']).toBeTypeOf('number');
  expect((await parseRecipe(recipe)).recipe).toEqual(recipe);
});

test.each([
  [{ epochs: 0 }, 'epochs: expected a number >= 1, got 0'],
  [{ seed: null }, 'seed: expected a finite number or a text, got null'],
  [{ batchsize: 4 }, 'unknown key "batchsize"'],
  [{ badItems: { policy: 'ignore' } }, 'badItems.policy: expected one of "fail", "skip", "replace", "quarantine", got "ignore"'],
  [{ badItems: { budget: 2 } }, 'badItems.budget: expected a number <= 1, got 2'],
  [{ scores: { every: 0 } }, 'scores.every: expected a number >= 1, got 0'],
  [
    { scores: {}, pairing: { use: 'pairings/aligned' }, loss: { use: 'losses/vicreg' } },
    'scores: expected a pairing that makes contrast, got "aligned", which makes aligned',
  ],
  [{ loss: { use: 'losses/nt-xent', options: { temperature: -1 } } }, 'loss.options.temperature: expected a number > 0, got -1'],
  [{ loss: { use: 'losses/nt-xent', options: { tau: 1 } } }, 'loss.options: unknown key "tau"'],
  [
    { loss: { use: 'losses/nt-xnet' } },
    'loss.use: expected the name of a known loss (did you mean "losses/nt-xent"?), got "losses/nt-xnet"',
  ],
  [{ loss: 'losses/nt-xent' }, 'loss: expected object, got "losses/nt-xent"'],
  [
    { metrics: [{ use: 'metrics/alignment' }, { use: 'banana' }] },
    'metrics[1].use: expected the name of a known metric (one of ',
  ],
  [{ metrics: { use: 'metrics/alignment' } }, 'metrics: expected array, got {"use":"metrics/alignment"}'],
  [{ source: { use: 'data/image-folder' } }, 'source.options.root: expected string, got nothing'],
  [
    { encoder: { use: 'onnx/scattering', options: { size: 64, scales: 7 } } },
    'encoder: scattering: scales: expected 2^scales <= size',
  ],
])('%j is refused with its path', async (input, problem) => {
  expect(await problemsOf(input)).toContain(problem);
  expect(await problemsOf(input)).toMatch(/^RECIPE viewforge\.json: /);
});

test('all problems are told at once', async () => {
  const problems = await problemsOf({ epochs: -1, loss: { use: 'losses/nt-xent', options: { temperature: 'warm' } }, colour: 1 });
  for (const part of ['epochs:', 'loss.options.temperature:', '"colour"']) expect(problems).toContain(part);
});

test('paths start from the folder of the recipe', async () => {
  const { recipe } = await parseRecipe({ source, output: 'results' }, 'viewforge.json', folder);
  expect(recipe.source.options['root']).toBe(resolve(folder, 'photos'));
  expect(recipe.output).toBe(resolve(folder, 'results'));
});

test.each([undefined, null, [], 'recipe', 3])('%j is no recipe', async (input) => {
  await expect(parseRecipe(input)).rejects.toMatchObject({ code: 'RECIPE' });
});

test('a plugin is loaded by its path, and its parts are known by name', async () => {
  await writeFile(join(folder, 'mixing.ts'), mixingPlugin);
  const { registry, plugins, recipe } = await parseRecipe({ source, plugins: ['./mixing.ts'] }, 'viewforge.json', folder);
  expect(registry.list('mixer')).toContain('mixing/nothing');
  expect(recipe.plugins).toEqual([join(folder, 'mixing.ts')]); // found again from wherever the recipe is stored
  expect(plugins.at(-1)).toEqual({ name: 'mixing', package: 'mixing.ts' });
});

test('a mixer of inputs is refused among mixers of embeddings', async () => {
  await writeFile(join(folder, 'mixing.ts'), mixingPlugin);
  const problems = await problemsOf({ plugins: ['./mixing.ts'], mixers: [{ use: 'mixing/nothing' }] });
  expect(problems).toContain('mixers[0].use: expected a mixer of contrast, got "nothing", which mixes batch');
});

test.each([
  ['viewforge-plugin-none', 'expected the plugin "viewforge-plugin-none" to be installed'],
  ['./missing.js', 'expected to load the plugin "./missing.js"'],
])('the plugin %s cannot be loaded, and is named', async (name, problem) => {
  expect(await problemsOf({ plugins: [name] })).toContain(`PLUGIN viewforge.json: ${problem}`);
});

const mixingPlugin = `
import { defineMixer, definePlugin } from '@viewforge/core';
const nothing = defineMixer({
  name: 'nothing', summary: 'Leave the batch as it is.', mixes: 'batch', draw: () => null, apply: (batch) => batch,
});
export const plugin = definePlugin({ name: 'mixing', requires: '^0.1.0', provides: [nothing] });
`;
