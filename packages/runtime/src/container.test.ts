import { createRegistry, defineLoss, definePlugin } from '@viewforge/core';
import { exampleSource, flattenEncoder } from '@viewforge/testkit';
import { beforeEach, expect, test } from 'vitest';
import { createContainer } from './container.ts';
import { builtInPlugins } from './load-plugins.ts';
import { openRun } from './open-run.ts';
import { type CheckedRecipe, parseRecipe } from './parse-recipe.ts';
import { partToken } from './tokens.ts';

let made = 0;
const countedLoss = defineLoss({
  name: 'counted',
  summary: 'Count how often it is made.',
  measure: () => ({ value: ++made, perQuery: new Float64Array(), parts: {} }),
  differentiate: () => ({ value: 0, perQuery: new Float64Array(), parts: {}, gradients: {} }),
});
const registry = createRegistry([
  ...builtInPlugins,
  definePlugin({ name: 'counting', requires: '^0.1.0', provides: [countedLoss] }),
]);
let checked: CheckedRecipe;

beforeEach(async () => {
  const parsed = await parseRecipe({ source: { use: 'data/image-folder', options: { root: 'photos' } } });
  checked = { ...parsed, registry, recipe: { ...parsed.recipe, loss: { use: 'counting/counted', options: {} } } };
});

test('a container makes each part once', () => {
  const scope = createContainer(registry, checked.recipe);
  expect(scope.resolve(partToken('loss'))).toBe(scope.resolve(partToken('loss')));
});

test('two runs share no part', () => {
  const [first, second] = [createContainer(registry, checked.recipe), createContainer(registry, checked.recipe)];
  expect(first.resolve(partToken('loss'))).not.toBe(second.resolve(partToken('loss')));
});

test('a part that is given takes the place of the one the recipe names', () => {
  const encoder = flattenEncoder([3, 8, 8]);
  const scope = createContainer(registry, checked.recipe, { encoder });
  expect(scope.resolve(partToken('encoder'))).toBe(encoder);
});

test('lists of parts keep the order of the recipe', () => {
  const scope = createContainer(registry, checked.recipe);
  expect(scope.resolve(partToken('metrics')).map(({ name }) => name)).toEqual(
    checked.recipe.metrics.map(({ use }) => use.split('/')[1]),
  );
});

test('closing a run closes an encoder that was made, once', async () => {
  let closed = 0;
  const encoder = { ...flattenEncoder([3, 8, 8]), close: async () => void closed++ };
  const opened = openRun(checked, { parts: { encoder, source: exampleSource() } });
  expect(opened.parts.encoder).toBe(encoder);
  await Promise.all([opened.close(), opened.close()]);
  expect(closed).toBe(1);
});

test('closing a run leaves an encoder alone that nobody asked for', async () => {
  const encoder = { ...flattenEncoder([3, 8, 8]), close: () => Promise.reject(new Error('closed')) };
  await expect(openRun(checked, { parts: { encoder } }).close()).resolves.toBeUndefined();
});
