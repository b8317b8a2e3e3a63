import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recipeFromFlags } from './recipe-flags.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-flags-'));
  const recipe = { seed: 4, batchSize: 8, source: { use: 'data/image-folder', options: { root: 'photos' } } };
  await writeFile(join(folder, 'recipe.json'), JSON.stringify(recipe));
});
afterAll(() => rm(folder, { recursive: true }));

test('flags go over the file, and the file over the defaults', async () => {
  const { recipe } = await recipeFromFlags({ config: 'recipe.json', seed: '9' }, folder);
  expect(recipe).toMatchObject({ seed: 9, batchSize: 8, epochs: 1 });
});

test('paths of flags start from the current folder, those of the file from its own', async () => {
  const fromFile = await recipeFromFlags({ config: 'recipe.json' }, folder);
  expect(fromFile.recipe.source.options['root']).toBe(join(folder, 'photos'));
  const fromFlag = await recipeFromFlags({ data: 'other' }, folder);
  expect(fromFlag.recipe.source.options['root']).toBe(join(folder, 'other'));
});

test('a seed that is no number is a text', async () => {
  expect((await recipeFromFlags({ data: '.', seed: 'tuesday' }, folder)).recipe.seed).toBe('tuesday');
  expect((await recipeFromFlags({ data: '.', seed: '-1.5' }, folder)).recipe.seed).toBe(-1.5);
});

test('another plan makes views of the size that the encoder takes', async () => {
  const { recipe } = await recipeFromFlags({ data: '.', plan: 'views-byol/byol' }, folder);
  expect(recipe.plan).toMatchObject({ use: 'views-byol/byol', options: { size: 64 } });
});

test('one size serves views and encoder', async () => {
  const { recipe } = await recipeFromFlags({ data: '.', size: '32' }, folder);
  expect([recipe.plan.options['size'], recipe.encoder.options['size']]).toEqual([32, 32]);
});

test('--scores asks for scores, and leaves what the file says of them', async () => {
  expect((await recipeFromFlags({ data: '.' }, folder)).recipe.scores).toBeUndefined();
  expect((await recipeFromFlags({ data: '.', scores: true }, folder)).recipe.scores).toEqual({ every: 1 });
  await writeFile(
    join(folder, 'watched.json'),
    JSON.stringify({ source: { use: 'data/image-folder', options: { root: '.' } }, scores: { every: 5 } }),
  );
  expect((await recipeFromFlags({ config: 'watched.json', scores: true }, folder)).recipe.scores).toEqual({ every: 5 });
});

test('providers are a list in order', async () => {
  const { recipe } = await recipeFromFlags({ data: '.', providers: 'cuda, cpu' }, folder);
  expect(recipe.encoder.options['providers']).toEqual(['cuda', 'cpu']);
});

test('providers of mixers are a list as well, beside what the file says of them', async () => {
  expect((await recipeFromFlags({ data: '.' }, folder)).recipe.latent).toBeUndefined();
  const { recipe } = await recipeFromFlags({ data: '.', latentProviders: 'cuda, cpu' }, folder);
  expect(recipe.latent).toEqual({ providers: ['cuda', 'cpu'], from: 65536 });
});

test('without data and configuration the photographs of the repository are taken', async () => {
  const { recipe } = await recipeFromFlags({}, folder);
  expect(recipe.source.options['root']).toMatch(/examples[\\/]photos$/);
});

test('a recipe that is a list is refused, also beneath flags that would complete it', async () => {
  await writeFile(join(folder, 'list.json'), '[]');
  const recipe = recipeFromFlags({ config: 'list.json', data: 'photos' }, folder);
  await expect(recipe).rejects.toMatchObject({
    code: 'RECIPE',
    message: expect.stringMatching(/list\.json: expected an object, got \[\]$/),
  });
});
