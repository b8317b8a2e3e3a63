// Memory of a long run: 20,000 photographs with eight SimCLR views each on two workers. Not part of the other benchmarks: it takes
// minutes. Writes the curve to docs/pictures/memory.svg.
//   node bench/memory.mjs [--images 20000] [--batch 16]
import { linkSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { simclr } from '@viewforge/views-simclr';
import { imageFolder } from '@viewforge/data';
import { views } from '@viewforge/run';
import { photoFolder } from './peers/peer.mjs';

const { values: options } = parseArgs({
  options: { images: { type: 'string', default: '20000' }, batch: { type: 'string', default: '16' } },
});
const [images, batchSize] = [Number(options.images), Number(options.batch)];
const { folder } = photoFolder();
const photos = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
const root = mkdtempSync(join(tmpdir(), 'viewforge-memory-'));
for (let i = 0; i < images; i++) linkSync(join(folder, photos[i % photos.length]), join(root, `${i}.jpg`));

const samples = [];
let done = 0;
const begin = performance.now();
try {
  const plan = simclr({ count: 8 });
  for await (const step of views({ source: imageFolder({ root }), plan, seed: 1, batchSize, workers: 2, reuse: true })) {
    done += step.items.length;
    if (samples.length === 0 || done - samples.at(-1).images >= images / 200 || done === images) {
      samples.push({ images: done, megabytes: process.memoryUsage.rss() / 1e6 });
    }
  }
} finally {
  rmSync(root, { recursive: true });
}
const seconds = (performance.now() - begin) / 1000;
const warm = samples.filter((sample) => sample.images >= images / 10);
const [low, high] = [Math.min, Math.max].map((pick) => pick(...warm.map(({ megabytes }) => megabytes)));
const most = Math.max(...samples.map(({ megabytes }) => megabytes));
console.log(
  `${done} images, ${8 * done} views of 224x224 in ${seconds.toFixed(0)} s (${((8 * done) / seconds).toFixed(0)} a second)`,
);
console.log(
  `resident memory: at most ${most.toFixed(0)} MB; after the first tenth between ${low.toFixed(0)} and ${high.toFixed(0)} MB`,
);
const file = new URL('../docs/pictures/memory.svg', import.meta.url);
writeFileSync(file, plot(samples));
console.log('written to docs/pictures/memory.svg');

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
