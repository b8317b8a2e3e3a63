// Memory of a long run: 20,000 photographs with eight SimCLR views each on two workers, a minute or two. Writes the curve to
// docs/pictures/memory.svg.
import { linkSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageFolder } from '@viewforge/data';
import { views } from '@viewforge/run';
import { simclr } from '@viewforge/views-simclr';
import { photoFolder } from './peers/peer.mjs';

const [images, count, batchSize] = [20_000, 8, 16];

/** Gives { name, notes, times, ratios }. Resident memory is that of the whole process, so it is measured before other benchmarks fill it. */
export async function benchMemory() {
  const root = folderOf(images);
  const begin = performance.now();
  const samples = await sampled(root).finally(() => rmSync(root, { recursive: true }));
  const milliseconds = performance.now() - begin;
  const warm = samples.filter((sample) => sample.images >= images / 2).map(({ megabytes }) => megabytes);
  writeFileSync(new URL('../docs/pictures/memory.svg', import.meta.url), plot(samples));
  return {
    name: `memory: ${images} photographs, ${count} SimCLR views of 224x224 each, batches of ${batchSize}, 2 workers`,
    notes: ['the curve is in docs/pictures/memory.svg'],
    times: { 'a view, wall clock': milliseconds / (images * count) },
    ratios: [
      { name: 'most resident memory, GB', value: Math.max(...samples.map(({ megabytes }) => megabytes)) / 1000, goal: 1 },
      { name: 'second half, highest / lowest', value: Math.max(...warm) / Math.min(...warm) },
    ],
  };
}

async function sampled(root) {
  const samples = [];
  let done = 0;
  const plan = simclr({ count });
  for await (const step of views({ source: imageFolder({ root }), plan, seed: 1, batchSize, workers: 2, reuse: true })) {
    done += step.items.length;
    if (samples.length === 0 || done - samples.at(-1).images >= images / 200 || done === images) {
      samples.push({ images: done, megabytes: process.memoryUsage.rss() / 1e6 });
    }
  }
  return samples;
}

/** A folder of `length` photographs: links to the few there are. */
function folderOf(length) {
  const { folder } = photoFolder();
  const photos = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
  const root = mkdtempSync(join(tmpdir(), 'viewforge-memory-'));
  for (let i = 0; i < length; i++) linkSync(join(folder, photos[i % photos.length]), join(root, `${i}.jpg`));
  return root;
}

/** The curve of resident memory from 0 to 1000 MB over the images. */
function plot(all) {
  const [width, height, left, bottom] = [640, 260, 60, 40];
  const x = (count) => left + ((width - left - 20) * count) / images;
  const y = (megabytes) => height - bottom - ((height - bottom - 20) * megabytes) / 1000;
  const points = all.map((sample) => `${x(sample.images).toFixed(1)},${y(sample.megabytes).toFixed(1)}`).join(' ');
  const label = (at, text, place) => `<text x="${at[0]}" y="${at[1]}" text-anchor="${place}">${text}</text>`;
  const lines = [0, 250, 500, 750, 1000].map(
    (megabytes) =>
      `<line x1="${left}" x2="${width - 20}" y1="${y(megabytes)}" y2="${y(megabytes)}" stroke="#ccc"/>${label([left - 6, y(megabytes) + 4], `${megabytes} MB`, 'end')}`,
  );
  const ticks = [0, 0.5, 1].map((share) => label([x(share * images), height - 20], `${share * images}`, 'middle'));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<title>Resident memory of a long run</title>
<rect width="${width}" height="${height}" fill="white"/>
${[...lines, ...ticks].join('\n')}
${label([(left + width) / 2, height - 4], 'photographs read, eight views of 224x224 each', 'middle')}
<polyline points="${points}" fill="none" stroke="#0a6" stroke-width="1.5"/>
</svg>
`;
}
