// Plans of the two recipes that the peers know, and runs of them from JPEG files that stand still between turns.
import { imageFolder } from '@viewforge/data';
import { views } from '@viewforge/run';
import { openPeer } from './peers/peer.mjs';
import { multiCrop, simclr } from './simclr.mjs';

/** Recipes by the names of the peers. */
export const plans = { simclr, multicrop: multiCrop };

/** Photographs in the folder that `photoFolder` makes. */
export const photographs = 96;
const seconds = () => performance.now() / 1000;

/** A run of ours over a folder, which is begun already; a turn is one epoch. `settings` go to `views`. */
export async function openOurs(folder, plan, settings) {
  const steps = views({ source: imageFolder({ root: folder }), plan, seed: 1, batchSize: 16, ...settings });
  const first = (await steps.next()).value; // the workers have started
  let epoch = first.epoch;
  return {
    /** Milliseconds an image. */
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

/** OpenCV in `count` processes that share the photographs of a folder; undefined, with a note, where it is missing. */
export async function openOpenCv(folder, kind, count, notes) {
  const all = Array.from({ length: count }, openPeer);
  const close = () => all.forEach((peer) => void peer?.close());
  if (all.includes(undefined)) {
    notes.push('no peers: expected /usr/bin/python3 with OpenCV');
    return undefined;
  }
  const share = photographs / count;
  const ask = (request) => Promise.all(all.map((peer, i) => peer.ask({ ...request, start: i * share })));
  await ask({ op: 'photos', dir: folder });
  const views = { op: 'views', impl: 'opencv', kind };
  const [{ error }] = await ask({ ...views, count: 2 });
  if (error) {
    notes.push(`left out OpenCV: ${error}`);
    close();
    return undefined;
  }
  return {
    /** Milliseconds an image. */
    async turn() {
      const begin = seconds();
      await ask({ ...views, count: share });
      return ((seconds() - begin) * 1000) / photographs;
    },
    close,
  };
}
