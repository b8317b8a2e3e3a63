// The encoder, MoCHi's model and exact search on every provider of ONNX Runtime that works here, and how far each is from the CPU.
// Takes a minute where there is a graphics card; where WebGPU runs on a software device it would take hours, so name what is wanted:
//   PROVIDERS=cpu node bench/main.mjs --only providers
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryVectors, providerIndex } from '@viewforge/corpus';
import { excludedRanges } from '@viewforge/core';
import { mochi } from '@viewforge/mix-mochi';
import {
  heavyNetworkCost,
  heavyNetworkModel,
  listProviders,
  mixerSession,
  onnxEncoder,
  visionTransformerModel,
} from '@viewforge/onnx';
import { createRandom } from '@viewforge/random';
import { features, tensor, unitRows } from '@viewforge/tensor';
import { median, milliseconds } from './timing.mjs';

const running = { signal: new AbortController().signal };
const sizes = { items: 32, queries: 256, queue: 65_536, width: 128, corpus: 100_000, corpusWidth: 256, asked: 4096 };

/** A vision transformer of the small size (ViT-S/16). */
const small = { size: 224, patch: 16, width: 384, heads: 6, layers: 12 };

/** Times every provider after the other. Gives { name, notes, times: { name: ms }, ratios: [{ name, value }] }. */
export async function benchProviders({ rounds = 40 } = {}) {
  const reports = await listProviders(running);
  const asked = process.env.PROVIDERS?.split(',');
  const notes = reports.filter(({ works }) => !works).map(({ provider, reason }) => `${provider}: ${reason}`);
  const chosen = reports
    .filter(({ provider, works }) => works && (asked?.includes(provider) ?? true))
    .map(({ provider }) => provider);
  const [times, ratios] = [{}, []];
  const work = makeWork();
  const known = new Map();
  for (const provider of chosen) {
    for (const [name, open] of Object.entries(work.tasks)) {
      const task = await open(provider);
      try {
        const first = await task.run();
        if (!known.has(name)) known.set(name, { numbers: first, provider });
        else
          ratios.push({
            name: `${name}: largest difference of ${provider} from ${known.get(name).provider}`,
            value: difference(first, known.get(name).numbers),
          });
        const all = [];
        for (let round = 0; round < Math.max(3, Math.round(rounds / 4)); round++) all.push(await milliseconds(task.run));
        times[`${name}, ${provider}`] = median(all);
      } finally {
        await task.close();
      }
    }
  }
  work.close();
  const perItem = (heavyNetworkCost(224) / 1e9).toFixed(1);
  notes.push(
    `encoder: ${sizes.items} items of 224 pixels, ${perItem} GMAC each; search: ${sizes.asked} queries, 10 nearest of ${sizes.corpus} x ${sizes.corpusWidth}`,
  );
  return { name: 'providers', notes, times, ratios };
}

/** What is run, by name: opened for a provider, it runs and gives some numbers to compare. */
function makeWork() {
  const folder = mkdtempSync(join(tmpdir(), 'viewforge-providers-'));
  const models = { heavy: heavyNetworkModel({ seed: 1, width: 128 }), transformer: visionTransformerModel(1, small) };
  for (const [name, bytes] of Object.entries(models)) writeFileSync(join(folder, `${name}.onnx`), bytes);
  const pixels = noise(2, sizes.items * 3 * 224 * 224).map((each) => each / 2 + 0.5);
  const image = tensor(pixels, [sizes.items, 3, 224, 224]);
  const encoder = (name) => async (provider) => {
    const part = onnxEncoder({ model: join(folder, `${name}.onnx`), providers: [provider], maxBatch: sizes.items });
    return { run: async () => (await part.encode({ image }, running)).features.data, close: () => part.close() };
  };
  return {
    tasks: {
      'convolutional encoder': encoder('heavy'),
      'vision transformer': encoder('transformer'),
      'MoCHi, 512 + 256 of 1024': mixing,
      'exact search': searching,
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

async function mixing(provider) {
  const { queries: n, queue: k, width: d } = sizes;
  const others = Array.from({ length: n }, (_, i) => [
    [0, i],
    [i + 1, n],
  ]);
  const keys = [unit(3, n, d), ...Array.from({ length: k / 1024 }, (_, i) => unit(4 + i, 1024, d))];
  const batch = { queries: unit(2, n, d), keys, targets: { kind: 'identity' }, excluded: excludedRanges(others) };
  const mixer = mochi({ warmUp: 0 });
  const params = mixer.draw(batch, createRandom(7), { epoch: 0, step: 0, fraction: 0 });
  const session = mixerSession(mixer, { providers: [provider], thread: 'own' });
  return {
    run: async () => (await session.apply(batch, params, running)).extras.values.data.slice(0, 65_536),
    close: () => session.close(),
  };
}

async function searching(provider) {
  const { corpus, corpusWidth: d, asked } = sizes;
  const index = await providerIndex({ providers: [provider] }).build(memoryVectors(unit(1, corpus, d)), running);
  const queries = unit(2, asked, d);
  return { run: async () => (await index.search(queries, 10, running)).scores, close: () => index.close() };
}

function unit(seed, n, d) {
  return unitRows(features(noise(seed, n * d), n, d)).rows;
}

function noise(seed, length) {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => random.uniform(-1, 1));
}

function difference(a, b) {
  return a.reduce((most, each, i) => Math.max(most, Math.abs(each - b[i])), 0);
}
