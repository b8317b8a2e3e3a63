import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { searchTop } from '@viewforge/miners';
import { createRandom } from '@viewforge/random';
import { features } from '@viewforge/tensor';
import { median } from './timing.mjs';

const run = promisify(execFile);
const once = fileURLToPath(new URL('./mine-once.mjs', import.meta.url));

/** Exact mining of 100 000 rows from disk, in time and memory, and the search of a queue by one thread. */
export async function benchMining({ rounds }) {
  const folder = await mkdtemp(join(tmpdir(), 'viewforge-bench-'));
  try {
    const [size, width, count] = [100_000, 256, 10];
    const path = join(folder, 'features.npy');
    await writeCorpus(path, size, width);
    const { stdout } = await run(process.execPath, [once, path, join(folder, 'mined'), `${count}`], { maxBuffer: 2 ** 24 });
    const { time, peak, busy, report } = JSON.parse(stdout);
    const flops = (2 * size * size * width) / (time / 1000) / 1e9;
    const queue = benchQueue(Math.max(3, Math.min(10, rounds)));
    return {
      name: 'mining',
      notes: [
        `${size} x ${width}, the ${count} nearest of each, exact: ${flops.toFixed(0)} billion operations a second, ${report.triples} triples`,
        `processors busy for ${(busy / 1000).toFixed(0)} s in all; peak of resident memory ${(peak / 1e6).toFixed(0)} MB`,
      ],
      times: { 'exact mining, 100 000 x 256': time, 'top 1024 of 65 536 x 128 for 256 queries, one thread': queue },
      ratios: [
        { name: 'seconds of exact mining, 2 threads', value: time / 1000, goal: 90 },
        { name: 'gigabytes at most', value: peak / 1e9, goal: 1.5 },
      ],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function benchQueue(rounds) {
  const random = createRandom('mining');
  const rows = (n, d) => features(normals(random, n * d), n, d);
  const [queries, keys] = [rows(256, 128), [rows(65536, 128)]];
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    searchTop({ queries, keys, count: 1024 });
    times.push(performance.now() - start);
  }
  return median(times);
}

function normals(random, count) {
  return Float32Array.from({ length: count }, () => random.normal(0, 1));
}

async function writeCorpus(path, size, width) {
  const random = createRandom('corpus');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${size}, ${width}), }`;
  const header = Buffer.alloc(128, ' ');
  header.set([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]);
  header.write(text, 10);
  header[127] = 0x0a;
  const file = await open(path, 'w');
  await file.write(header);
  for (let row = 0; row < size; row += 1000) await file.write(new Uint8Array(normals(random, 1000 * width).buffer));
  await file.close();
}
