// One SimCLR view from decoded bytes on one thread: ours, OpenCV's, torchvision's on PIL images, and our TypeScript twins.
// Whole views are measured in processor time on both sides, which other programs on the machine disturb less than the clock's.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeView as applyView, drawViews } from '@viewforge/core';
import {
  adjustColors,
  decodeImage,
  flipHorizontal,
  gaussianBlur,
  normalizeChannels,
  resizedCrop,
  toFloat,
} from '@viewforge/image';
import { withArena, withTwins } from '@viewforge/kernels';
import { createRandom } from '@viewforge/random';
import { photoFolder } from './peers/peer.mjs';
import { drawView, makeView, simclr as plan, seeded } from './simclr.mjs';
import { interleave, median } from './timing.mjs';

const photosARound = 4; // two views of each, as the peers make them: short turns, so that a pause of the machine spoils few

/**
 * Times everything in turns. `peers` is what `openPeer` gave, or undefined; a peer whose library is missing is left out and named.
 * Gives { name, notes, times: { name: ms a view }, ratios: [{ name, value, goal? }] }.
 */
export async function benchViews({ rounds = 40, peers } = {}) {
  const { folder, made } = photoFolder();
  const notes = made ? [] : ['no wallpaper packages: the photographs are those of examples/photos'];
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .sort();
  const photos = await Promise.all(files.map((name) => decodeImage(join(folder, name))));
  const contestants = [
    ['plan', (round) => planned(photos, round, photosARound)],
    ['functions', (round) => ours(photos, round, photosARound)],
    ...(await peerContestants(peers, folder, notes)),
    ['twins', (round) => withTwins(() => ours(photos, round, 2))],
  ];
  for (let round = 0; round < 40; round++) {
    ours(photos, round, photosARound); // until everything is compiled and optimized
    planned(photos, round, photosARound);
  }
  await interleave(contestants, 3);
  const views = await interleave(contestants, rounds);
  const kernels = await benchKernels(photos[0], rounds);
  const times = { ...Object.fromEntries(Object.entries(views).map(([name, time]) => [`view, ${name}`, time])), ...kernels.times };
  return { name: 'one SimCLR view, 500x375 bytes -> 224', notes, times, ratios: [...viewRatios(views), ...kernels.ratios] };
}

function viewRatios({ plan: own, functions, opencv, pil, twins }) {
  return [
    ...(opencv ? [{ name: 'view, plan / OpenCV', value: own / opencv, goal: 0.3 }] : []),
    ...(pil ? [{ name: 'view, plan / torchvision on PIL', value: own / pil, goal: 0.12 }] : []),
    { name: 'view, functions, kernels / twins', value: functions / twins, goal: 1 / 8 },
  ];
}

/** Processor milliseconds a view of a plan, as a run makes them: drawn by name, made by its augmenters. */
function planned(photos, round, count) {
  const random = createRandom(round);
  const begin = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const place = (round * count + i) % photos.length;
    const item = { id: String(place), shape: photos[place].shape };
    for (const view of drawViews(item, plan, random, { epoch: 0, fraction: 0 })) {
      withArena(() => applyView(item.id, photos[place], plan, view));
    }
  }
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000 / (2 * count);
}

/** The same by plain functions, with the flip folded into the crop: processor milliseconds a view over `count` photographs; the draws are part of the work, as they are at the peers. */
function ours(photos, round, count) {
  const uniform = seeded(round + 1);
  const begin = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const photo = photos[(round * count + i) % photos.length];
    for (let view = 0; view < 2; view++) withArena(() => makeView(photo, drawView(photo.shape, uniform)));
  }
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000 / (2 * count);
}

async function peerContestants(peers, folder, notes) {
  if (peers === undefined) {
    notes.push('no peers: expected /usr/bin/python3 with OpenCV and torchvision');
    return [];
  }
  await peers.ask({ op: 'photos', dir: folder });
  const found = [];
  for (const name of ['opencv', 'pil']) {
    const request = (count, round) => ({ op: 'views', impl: `${name}-bytes`, kind: 'simclr', count, start: round * count });
    const { error } = await peers.ask(request(1, 0));
    if (error) notes.push(`left out ${name}: ${error}`);
    else found.push([name, async (round) => perView(await peers.ask(request(photosARound, round)))]);
  }
  return found;
}

function perView({ processor, views }) {
  return (processor * 1000) / views;
}

/** Each kernel against its twin, on the result of a typical crop. */
async function benchKernels(photo, rounds) {
  const box = { top: 20, left: 30, height: 300, width: 340 };
  const resize = { height: 224, width: 224, interpolation: 'bilinear', antialias: true };
  const view = resizedCrop(photo, box, resize);
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const jitter = [
    { kind: 'brightness', factor: 1.2 },
    { kind: 'contrast', factor: 0.8, mean: 'luma' },
    { kind: 'saturation', factor: 1.3 },
    { kind: 'hue', turns: 0.1 },
  ];
  const kernels = {
    'bytes to floats, 500x375': () => toFloat(photo),
    'resized crop 340x300': () => resizedCrop(photo, box, resize),
    flip: () => flipHorizontal(view),
    'color jitter': () => adjustColors(view, jitter),
    'blur, deviation 1': () => gaussianBlur(view, { size: 23, deviation: 1 }),
    normalize: () => normalizeChannels(view, mean, deviation),
  };
  const times = {};
  const ratios = [];
  for (const [name, work] of Object.entries(kernels)) {
    const contestants = [
      ['kernel', () => repeated(work, 9)],
      ['twin', () => withTwins(() => repeated(work, 1))],
    ];
    await interleave(contestants, 3);
    const { kernel, twin } = await interleave(contestants, rounds);
    times[`kernel, ${name}`] = kernel;
    times[`twin, ${name}`] = twin;
    ratios.push({ name: `${name}, kernel / twin`, value: kernel / twin, goal: 1 / 8 });
  }
  return { times, ratios };
}

/** The median milliseconds of a few calls; not asynchronous, so that `withTwins` around it holds. */
function repeated(work, count) {
  return median(
    Array.from({ length: count }, () => {
      const begin = performance.now();
      withArena(work);
      return performance.now() - begin;
    }),
  );
}
