// Pictures of parts: the photograph, and what becomes of it at three strengths.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawViews, makeViews } from '@viewforge/core';
import { contactSheet, decodeImage, encodeImage, resizedCrop, toFloat, toPixels } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { image, stack, unstack, values } from '@viewforge/tensor';
import { examplesOf } from './examples.mjs';

const photos = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'examples', 'photos');
const side = 160;
const loaded = new Map();

/** The picture of a part as the bytes of a JPEG file. */
export async function pictureOf(plugin, factory) {
  const examples = examplesOf(plugin, factory);
  try {
    const rows = await rowsOf[factory.kind](factory, examples);
    return await encodeImage(contactSheet(rows, { cell: cellOf(rows) }), { format: 'jpeg', quality: 82 });
  } catch (cause) {
    throw new Error(`catalog: no picture of ${plugin}/${factory.about.name}: ${cause.message}`, { cause });
  }
}

const rowsOf = {
  async augmenter(factory, examples) {
    const photo = await photograph('chelsea');
    const plain = examples[0].onDepth ? depthMap() : toFloat(square(photo));
    const made = examples.map(({ options, seed, context }) => {
      const part = factory(options);
      const input = part.accepts === 'pixels' ? photo : plain;
      const params = part.draw(input.shape, createRandom(seed), { epoch: 0, fraction: 0, ...context });
      return shown(part.apply(input, stored(params)));
    });
    return [[plain, ...made]];
  },
  async plan(factory, examples) {
    const rows = [];
    for (const { options, seed, context, photo: name = 'astronaut' } of examples) {
      const plan = factory(options);
      const photo = plan.accepts === 'pixels' ? await photograph(name) : depthMap();
      const drawn = drawViews({ id: name, shape: photo.shape, label: 0 }, plan, createRandom(seed), {
        epoch: 0,
        fraction: 0,
        ...context,
      });
      rows.push([
        plan.accepts === 'pixels' ? toFloat(square(photo)) : photo,
        ...makeViews(name, photo, plan, drawn).map(({ value }) => shown(value)),
      ]);
    }
    return rows;
  },
  async mixer(factory, examples) {
    const pictures = [];
    for (const name of ['astronaut', 'chelsea', 'coffee', 'rocket']) pictures.push(toFloat(square(await photograph(name))));
    const batch = { values: stack(pictures), blend: { kind: 'identity' }, labels: Int32Array.of(0, 1, 1, 2) };
    const mixed = examples.map(({ options, seed, context }) => {
      const part = factory(options);
      const now = { epoch: 0, step: 0, fraction: 0, role: 'view', index: 0, stages: 1, ...context };
      const params = stored(part.draw(batch, createRandom(seed), now));
      return part.apply(batch, params).values;
    });
    return [pictures, ...mixed.map((values) => pictures.map((_, i) => shown(unstack(values, i))))];
  },
};

/** Params as a trace stores them. */
function stored(params) {
  return JSON.parse(JSON.stringify(params));
}

/** An image as it is, or brought to [0, 1] where it leaves that by more than rounding. */
function shown(made) {
  if (made.data instanceof Uint8Array) return toFloat(made);
  const data = values(made);
  let [low, high] = [0, 1];
  for (const value of data) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const [c, h, w] = made.shape;
  if (low > -0.2 && high < 1.2)
    return image(
      data.map((value) => Math.min(1, Math.max(0, value))),
      c,
      h,
      w,
    );
  return image(
    data.map((value) => (value - low) / (high - low)),
    c,
    h,
    w,
  );
}

/** A made-up depth map [1, h, w]: a slope with two balls before it, in shares of the farthest depth. */
function depthMap() {
  const balls = [
    [60, 50, 30, 0.25],
    [100, 105, 36, 0.4],
  ];
  const data = Float32Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side), i % side];
    const inside = balls.filter(([row, column, radius]) => Math.hypot(y - row, x - column) < radius);
    const depths = inside.map(([row, column, radius, depth]) => {
      return depth - 0.1 * Math.sqrt(1 - (Math.hypot(y - row, x - column) / radius) ** 2);
    });
    return Math.min(0.9 - (0.3 * y) / side, ...depths);
  });
  return image(data, 1, side, side);
}

async function photograph(name) {
  if (!loaded.has(name)) loaded.set(name, await decodeImage(join(photos, `${name}.jpg`)));
  return loaded.get(name);
}

function square(photo) {
  const [, height, width] = photo.shape;
  const edge = Math.min(height, width);
  const box = { top: Math.floor((height - edge) / 2), left: Math.floor((width - edge) / 2), height: edge, width: edge };
  return toPixels(resizedCrop(photo, box, { height: side, width: side, interpolation: 'bilinear', antialias: true }));
}

/** Large cells for short rows. */
function cellOf(rows) {
  const longest = Math.max(...rows.map((row) => row.length));
  return longest <= 4 ? 160 : longest <= 6 ? 120 : 88;
}
