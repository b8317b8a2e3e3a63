// From JPEG files to two SimCLR views each, on two workers: ours against OpenCV in two processes, and two workers against one.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { imageFolder } from '@viewforge/data';
import { decodeImage, readImageHeader } from '@viewforge/image';
import { views } from '@viewforge/run';
import { openPeer, photoFolder } from './peers/peer.mjs';
import { plan } from './simclr.mjs';
import { interleave, milliseconds } from './timing.mjs';

const photos = 96;
const seconds = () => performance.now() / 1000;

/** Times everything in turns, wall clock. Gives { name, notes, times: { name: ms an image }, ratios: [{ name, value, goal?, atLeast }] }. */
export async function benchThroughput({ rounds = 40 } = {}) {
  const { folder, made } = photoFolder();
  const notes = made ? [] : ['no wallpaper packages: the photographs are those of examples/photos'];
  const turns = Math.max(4, Math.ceil(rounds / 8)); // a turn is a whole epoch, so a few are enough
  const ours = await Promise.all([1, 2].map((workers) => openOurs(folder, workers, turns + 3)));
  const peers = await openPeers(folder, notes);
  const contestants = [
    ['1 worker', ours[0].turn],
    ['2 workers', ours[1].turn],
    ...(peers ? [['OpenCV, 2 processes', peers.turn]] : []),
    ...decoding(folder),
  ];
  await interleave(contestants, 2);
  const times = await interleave(contestants, turns);
  await Promise.all([...ours, ...(peers ? [peers] : [])].map((each) => each.close()));
  const { '1 worker': one, '2 workers': two, 'OpenCV, 2 processes': opencv } = times;
  return {
    name: 'JPEG 500x375 -> two SimCLR views, wall clock an image',
    notes,
    times,
    ratios: [
      ...(opencv ? [{ name: 'throughput, ours / OpenCV', value: opencv / two, goal: 2.5, atLeast: true }] : []),
      { name: 'throughput, 2 workers / 1 worker', value: one / two, goal: 1.85, atLeast: true },
    ],
  };
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
  ];
}

/** A run that stands still between turns; a turn is one epoch. Milliseconds an image. */
async function openOurs(folder, workers, epochs) {
  const steps = views({ source: imageFolder({ root: folder }), plan, seed: 1, epochs, batchSize: 16, workers });
  const first = (await steps.next()).value; // the workers have started
  let epoch = first.epoch;
  return {
    async turn() {
      const begin = seconds();
      let images = 0;
      for (const current = epoch; epoch === current; ) {
        const { value } = await steps.next();
        if (value === undefined) break;
        images += value.items.length;
        epoch = value.epoch;
      }
      return ((seconds() - begin) * 1000) / images;
    },
    close: () => steps.return(),
  };
}

/** Two processes that share the photographs. Milliseconds an image. */
async function openPeers(folder, notes) {
  const both = [openPeer(), openPeer()];
  if (both.includes(undefined)) {
    notes.push('no peers: expected /usr/bin/python3 with OpenCV');
    return undefined;
  }
  const ask = (request) => Promise.all(both.map((peer, i) => peer.ask({ ...request, start: (i * photos) / 2 })));
  await ask({ op: 'photos', dir: folder });
  const views = { op: 'views', impl: 'opencv', kind: 'simclr' };
  const [{ error }] = await ask({ ...views, count: 2 });
  const close = () => both.forEach((peer) => void peer.close());
  if (error) {
    notes.push(`left out OpenCV: ${error}`);
    close();
    return undefined;
  }
  return {
    async turn() {
      const begin = seconds();
      await ask({ ...views, count: photos / 2 });
      return ((seconds() - begin) * 1000) / photos;
    },
    close,
  };
}
