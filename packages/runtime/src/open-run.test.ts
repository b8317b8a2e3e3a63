import { examplePixels, exampleSource, flattenEncoder } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { openRun } from './open-run.ts';
import { parseRecipe, type CheckedRecipe } from './parse-recipe.ts';

const size = 8;
const recipe = {
  seed: 5,
  batchSize: 5,
  source: { use: 'data/image-folder', options: { root: 'unused' } },
  plan: { use: 'views-simclr/simclr', options: { size } },
  pairing: { use: 'pairings/queue', options: { capacity: 40 } },
  loss: { use: 'losses/info-nce' },
  mixers: [{ use: 'mix-mochi/mochi', options: { pool: 6, count: 5, queryCount: 3, warmUp: 0 } }],
};

/** Losses of all steps, and which mixers' batches came by. */
async function lossesOf(checked: CheckedRecipe): Promise<number[]> {
  const parts = { source: exampleSource(examplePixels(10)), encoder: flattenEncoder([3, size, size]) };
  const opened = openRun(checked, { parts });
  const losses: number[] = [];
  for await (const { loss } of opened.steps()) losses.push(loss.value);
  await opened.close();
  return losses;
}

test('with "latent", mixers that have a model run through a session, and give what they give without', async () => {
  const wanted = await lossesOf(await parseRecipe(recipe));
  expect(wanted).toHaveLength(2);
  const found = await lossesOf(await parseRecipe({ ...recipe, latent: { from: 0 } }));
  for (const [step, value] of wanted.entries()) expect(found[step]).toBeCloseTo(value, 5);
  expect(found).not.toEqual(wanted); // float32 of another order
});

test('it is told where the model of a mixer runs, and that no batch was large enough for it', async () => {
  for (const [from, provider] of [
    [0, 'cpu'],
    [1e9, null],
  ] as const) {
    const checked = await parseRecipe({ ...recipe, latent: { from } });
    const opened = openRun(checked, {
      parts: { source: exampleSource(examplePixels(10)), encoder: flattenEncoder([3, size, size]) },
    });
    for await (const { loss } of opened.steps()) expect(loss.value).toBeGreaterThan(0);
    expect(opened.mixing()).toEqual([{ mixer: 'mochi', provider, passedOver: [] }]);
    await opened.close();
  }
});

test('a provider that is not there is named before the first step is given out', async () => {
  const checked = await parseRecipe({ ...recipe, latent: { providers: ['cuda'], from: 0 } });
  await expect(lossesOf(checked)).rejects.toMatchObject({ code: 'PROVIDER', message: expect.stringContaining('cuda') });
});

test('unknown providers are refused', async () => {
  await expect(parseRecipe({ ...recipe, latent: { providers: ['tpu'] } })).rejects.toMatchObject({
    code: 'RECIPE',
    message: expect.stringContaining('latent.providers[0]'),
  });
});
