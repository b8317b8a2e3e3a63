// Memory of NT-Xent with gradients on 32,768 pairs of views (65,536 rows of 128 against themselves), each way in a process of its own.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ntXent } from '@viewforge/losses';
import { lossSession } from '@viewforge/onnx';
import { bothWays } from '@viewforge/pairings';
import { features } from '@viewforge/tensor';
import { seeded } from './simclr.mjs';

const [pairCount, width] = [32_768, 128];
const here = fileURLToPath(import.meta.url);

/** Gives { name, notes, times, ratios }: the largest resident memory of each process in GB; takes a few minutes. */
export async function benchLossMemory() {
  const times = {};
  const ratios = [];
  for (const [way, name] of [
    ['direct', 'one thread'],
    ['graph', 'ONNX Runtime'],
  ]) {
    const { stdout } = await promisify(execFile)(process.execPath, [here, way]);
    const { milliseconds, gigabytes } = JSON.parse(stdout);
    times[name] = milliseconds;
    ratios.push({ name: `${name}: most resident memory, GB`, value: gigabytes, goal: 2 });
  }
  return { name: `memory of NT-Xent with gradients, ${pairCount} pairs, d = ${width}`, notes: [], times, ratios };
}

async function measure(way) {
  const items = Array.from({ length: pairCount }, (_, i) => ({ id: `${i}` }));
  const views = { view: [1, 2].map((seed) => ({ features: rows(seed), blend: { kind: 'identity' } })) };
  const { batch } = bothWays().pair({ items, views }, null, { epoch: 0, step: 0, fraction: 0 });
  const loss = ntXent({ temperature: 0.1 });
  const begin = performance.now();
  if (way === 'direct') loss.differentiate(batch);
  else {
    const session = lossSession(loss);
    await session.differentiate(batch);
    await session.close();
  }
  const gigabytes = process.resourceUsage().maxRSS / 1e6; // kilobytes
  console.log(JSON.stringify({ milliseconds: performance.now() - begin, gigabytes }));
}

function rows(seed) {
  const uniform = seeded(seed);
  const numbers = Float32Array.from({ length: pairCount * width }, () => 2 * uniform() - 1);
  return features(numbers, pairCount, width);
}

if (process.argv[1] === here) await measure(process.argv[2]);
