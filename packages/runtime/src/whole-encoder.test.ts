import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Encoder } from '@viewforge/core';
import { randomNetwork } from '@viewforge/onnx';
import { tensor, writeSafetensors } from '@viewforge/tensor';
import { exampleFolder } from '@viewforge/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRun } from './open-run.ts';
import { parseRecipe } from './parse-recipe.ts';
import { runJob } from './job/run-job.ts';

let root: string;
let [images, cache, count] = ['', '', 0];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'viewforge-whole-'));
  images = join(root, 'images');
  await exampleFolder(images, { count: 6 });
  await writeFile(
    join(root, 'head.safetensors'),
    writeSafetensors({
      w: tensor(
        Float32Array.from({ length: 32 }, (_, i) => Math.cos(i)),
        [2, 16],
      ),
    }),
  );
});
beforeEach(() => {
  cache = join(root, `cache-${count++}`);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const head = { use: 'onnx/weights-head', options: { weights: 'head.safetensors', layers: [{ weight: 'w' }] } };

const parse = (extra: object = {}) =>
  parseRecipe(
    {
      source: { use: 'data/image-folder', options: { root: images } },
      plan: { use: 'views-simclr/simclr', options: { size: 16 } },
      encoder: { use: 'onnx/random-network', options: { width: 16 } },
      batchSize: 4,
      workers: 0,
      embeddingCache: { folder: cache },
      ...extra,
    },
    'recipe',
    root,
  );

/** An encoder that notes how many items its model was given. */
function counted(options: Parameters<typeof randomNetwork>[0] = { width: 16 }): { encoder: Encoder; items: () => number } {
  const inner = randomNetwork(options);
  let items = 0;
  const encode: Encoder['encode'] = (inputs, running) => {
    items += inputs['image']!.shape[0]!;
    return inner.encode(inputs, running);
  };
  return { encoder: { ...inner, encode }, items: () => items };
}

/** One job with the cache: how many items the model was given, and the bytes of all embeddings. */
async function job(extra: object = {}, options?: Parameters<typeof randomNetwork>[0]) {
  const { encoder, items } = counted(options);
  const output = join(root, `out-${count++}`);
  await runJob(await parse(extra), { output, parts: { encoder } });
  const names = (await readdir(join(output, 'embeddings'))).sort();
  const bytes = await Promise.all(
    names.map(async (name) => [name, (await readFile(join(output, 'embeddings', name))).toString('hex')]),
  );
  return { items: items(), embeddings: Object.fromEntries(bytes) as Record<string, string> };
}

describe('embeddings that are kept', () => {
  test('a second run calls the model not once, and gives the same bytes; so does one with workers', async () => {
    const first = await job();
    const second = await job();
    const third = await job({ workers: 1 });
    expect([first.items, second.items, third.items]).toEqual([12, 0, 0]);
    expect(second.embeddings).toEqual(first.embeddings);
    expect(third.embeddings).toEqual(first.embeddings);
    expect((await job({ embeddingCache: undefined })).embeddings).toEqual(first.embeddings);
  });

  test.each([
    ['seed, which draws other params', { seed: 1 }, undefined],
    ['option of the plan', { plan: { use: 'views-simclr/simclr', options: { size: 17 } } }, undefined],
    ['model', {}, { width: 16, seed: 1 }],
    ['way of reading', { source: { use: 'data/image-folder', options: { root: '', shrinkTo: 8 } } }, undefined],
  ])('another %s misses', async (_, extra, options) => {
    await job();
    const given = 'source' in extra ? { source: { use: 'data/image-folder', options: { root: images, shrinkTo: 8 } } } : extra;
    expect((await job(given, options)).items).toBe(12);
  });

  test('a file that changed is encoded again, and nothing else', async () => {
    await job();
    const [name] = (await readdir(images, { recursive: true })).filter((each) => each.endsWith('.png') || each.endsWith('.jpg'));
    await utimes(join(images, name!), 5, 5);
    expect((await job()).items).toBe(2);
  });

  test('views that a mixer changed (the first of each item) are encoded each time, and nothing of them is kept', async () => {
    const mixed = { inputMixers: [{ use: 'mix-inputs/i-mix' }] };
    expect([(await job(mixed)).items, (await job(mixed)).items]).toEqual([12, 6]);
    expect((await job()).items).toBe(6);
  });
});

describe('heads', () => {
  test('stand behind the encoder, with paths that start from the recipe, also when the encoder is given', async () => {
    const checked = await parse({ heads: [head], embeddingCache: undefined });
    expect(checked.recipe.heads[0]!.options['weights']).toBe(join(root, 'head.safetensors'));
    for (const parts of [{}, { encoder: counted().encoder }]) {
      const opened = openRun(checked, { parts });
      for await (const { encoded } of opened.steps())
        expect(encoded.views['view']![0]!.features.shape).toEqual([encoded.items.length, 2]);
      await opened.close();
    }
  });

  test('have embeddings of their own in a cache', async () => {
    await job();
    const [first, second] = [await job({ heads: [head] }), await job({ heads: [head] })];
    expect([first.items, second.items]).toEqual([12, 0]);
    expect(second.embeddings).toEqual(first.embeddings);
  });

  test('of another kind than encoders, or with wrong options, are problems of the recipe', async () => {
    await expect(parse({ heads: [{ use: 'losses/nt-xent' }] })).rejects.toMatchObject({
      code: 'RECIPE',
      message: expect.stringContaining('heads[0].use: expected the name of a known encoder'),
    });
    await expect(parse({ heads: [{ use: 'onnx/weights-head' }] })).rejects.toMatchObject({
      message: expect.stringContaining('heads[0].options.weights'),
    });
  });
});
