import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findConfig, loadRecipe, parseJson } from './load-recipe.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const source = '{ use: "data/image-folder", options: { root: "photos" } }';

test.each([
  ['a.json', '{ "seed": 7, "source": { "use": "data/image-folder", "options": { "root": "photos" } } }'],
  ['a.mjs', `export default { seed: 7, source: ${source} };`],
  [
    'a.ts',
    `import { defineConfig } from '@viewforge/runtime';\nconst seed: number = 7;\nexport default defineConfig({ seed, source: ${source} });`,
  ],
])('%s is read wherever it lies', async (name, text) => {
  const { recipe } = await loadRecipe(await file(name, text));
  expect(recipe.seed).toBe(7);
  expect(recipe.source.options['root']).toBe(join(folder, 'photos'));
});

test.each([
  ['b.json', '{ "seed": ', /expected JSON, got: /],
  ['c.json', '{ "seed": 1, "__proto__": { "epochs": 3 } }', /expected ordinary keys, got "__proto__"/],
  ['b.mjs', 'export const seed = 1;', /expected the recipe as the default export, got none/],
  ['c.mjs', 'throw new Error("not today");', /expected a module that loads, got: not today/],
  ['b.yaml', 'seed: 1', /expected a file ending in .json, .ts, .mts, .js or .mjs, got ".yaml"/],
])('%s is refused', async (name, text, message) => {
  const path = await file(name, text);
  await expect(loadRecipe(path)).rejects.toMatchObject({ code: 'RECIPE', message: expect.stringMatching(message) });
});

test('a missing recipe is told by its path', async () => {
  await expect(loadRecipe(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
});

test('parsed JSON has no prototype', () => {
  expect(Object.getPrototypeOf(parseJson('{}', 'here'))).toBeNull();
});

test('a configuration is found by its name', async () => {
  expect(await findConfig(folder)).toBeUndefined();
  const path = await file('viewforge.config.mjs', `export default { source: ${source} };`);
  expect(await findConfig(folder)).toBe(path);
});

test('a byte order mark before the JSON is no part of it', async () => {
  const text = '\uFEFF{ "source": { "use": "data/image-folder", "options": { "root": "photos" } } }';
  await expect(loadRecipe(await file('marked.json', text))).resolves.toMatchObject({ recipe: { seed: 0 } });
});
