// From JPEG files to views on two workers: ours against OpenCV in two processes, and two workers against one.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage, readImageHeader } from '@viewforge/image';
import { openOpenCv, openOurs, plans } from './photographs.mjs';
import { photoFolder } from './peers/peer.mjs';
import { interleave, milliseconds } from './timing.mjs';

/** Times two SimCLR views of every photograph. */
export const benchThroughput = (options) => benchKind('simclr', 'JPEG 500x375 -> two SimCLR views', options);

/** Times two views of 224 and six of 96 of every photograph. */
export const benchMultiCrop = (options) => benchKind('multicrop', 'JPEG 500x375 -> multi-crop, 2x224 + 6x96', options);

/** Everything in turns, wall clock. Gives { name, notes, times: { name: ms an image }, ratios: [{ name, value, goal?, atLeast }] }. */
async function benchKind(kind, title, { rounds = 40 } = {}) {
  const { folder, made } = photoFolder();
  const notes = made ? [] : ['no wallpaper packages: the photographs are those of examples/photos'];
  const turns = Math.max(4, Math.ceil(rounds / 4)); // a turn is a whole epoch, so a few are enough
  const settings = {
    '1 worker': { workers: 1, reuse: true },
    '2 workers': { workers: 2, reuse: true },
    '2 workers, arrays of their own': { workers: 2 },
  };
  const ours = await Promise.all(
    Object.entries(settings).map(async ([name, each]) => [
      name,
      await openOurs(folder, plans[kind], { epochs: turns + 3, ...each }),
    ]),
  );
  const peers = [];
  for (const count of [1, 2]) {
    const peer = await openOpenCv(folder, kind, count, notes);
    if (peer !== undefined) peers.push([`OpenCV, ${count} ${count === 1 ? 'process' : 'processes'}`, peer]);
  }
  const contestants = [...ours, ...peers].map(([name, each]) => [name, each.turn]);
  if (kind === 'simclr') contestants.push(...decoding(folder));
  await interleave(contestants, 2);
  const times = await interleave(contestants, turns);
  await Promise.all([...ours, ...peers].map(([, each]) => each.close()));
  return { name: `${title}, wall clock an image`, notes, times, ratios: ratiosOf(times) };
}

function ratiosOf(times) {
  const { '1 worker': one, '2 workers': two, 'OpenCV, 2 processes': both, 'OpenCV, 1 process': single } = times;
  const own = times['2 workers, arrays of their own'];
  return [
    ...(both ? [{ name: 'throughput, ours / OpenCV', value: both / two, goal: 2.5, atLeast: true }] : []),
    ...(both ? [{ name: 'throughput, ours with arrays of their own / OpenCV', value: both / own }] : []),
    { name: 'throughput, 2 workers / 1 worker', value: one / two, goal: 1.85, atLeast: true },
    ...(both ? [{ name: 'throughput, OpenCV in 2 processes / 1 process', value: single / both }] : []),
  ];
}

/** What a worker does before it makes views, one image after the other: milliseconds an image. */
function decoding(folder) {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => join(folder, name));
  const each = (work) => async () => {
    const time = await milliseconds(async () => {
      for (const file of files) await work(file);
    });
    return time / files.length;
  };
  return [
    ['header alone', each((file) => readImageHeader(file))],
    ['header and decoding', each((file) => decodeImage(file))],
    ['header and decoding by sharp', each((file) => decodeImage(file, undefined, { decoder: 'sharp' }))],
  ];
}
