import type { EncoderInputs, Running } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import { type Features, features, type Tensor, values } from '@viewforge/tensor';
import type { Feeding } from './feeding.ts';
import { fillBatch } from './fill-batch.ts';
import { poolRows } from './pool-rows.ts';
import type { Session } from './session.ts';

/** A session with how it is fed, and buffers that come back from it. */
export interface Feeder {
  readonly session: Session;
  readonly feeding: Feeding;
  /** Items in one run. */
  readonly step: number;
  /** Name of the model in errors. */
  readonly where: string;
  /** Buffers that are not in use, each for `step` images of one size. */
  readonly spare: Float32Array[];
}

/**
 * The input `image` of an encoder, [n, c, h, w].
 * Throws ViewforgeError: SHAPE when it is not what the model takes, USAGE when there is no such input.
 */
export function imagesOf({ image }: EncoderInputs, { channels, size }: Feeding, where: string): Tensor {
  if (image === undefined) throw new ViewforgeError('USAGE', where, 'expected the input "image", got none');
  const [, c, h, w] = image.shape;
  const fits = image.shape.length === 4 && c === channels && (size === undefined || (h === size[0] && w === size[1]));
  const isFloat = image.data instanceof Float32Array || image.data instanceof Float64Array;
  if (!isFloat) {
    const got = (image.data as object).constructor.name;
    throw new ViewforgeError('SHAPE', where, `expected images of floats in [0, 1], got a ${got}; divide bytes by 255`);
  }
  if (!fits) {
    const wanted = `[n, ${channels}, ${size?.[0] ?? 'h'}, ${size?.[1] ?? 'w'}]`;
    const hint = size === undefined ? '' : `; set the size of the plan's views to ${size[0] === size[1] ? size[0] : `[${size}]`}`;
    throw new ViewforgeError('SHAPE', where, `expected images of ${wanted}, got [${image.shape}]${hint}`);
  }
  return image as Tensor;
}

/**
 * Features [n, d] of images [n, c, h, w], `step` items at a time. While the model works on one part the next is being filled in.
 * Rejects with the signal's reason when it aborts.
 */
export async function encodeBatches(feeder: Feeder, images: Tensor, width: number, running: Running): Promise<Features> {
  const n = images.shape[0]!;
  const pixels = images.shape[2]! * images.shape[3]!;
  const result = new Float32Array(n * width);
  const from = values(images);
  let before: Promise<void> = Promise.resolve();
  for (let first = 0; first < n; first += feeder.step) {
    const count = Math.min(feeder.step, n - first);
    const run = encodePart(feeder, images.shape, running, count, (to) =>
      fillBatch(to, from, [first, count], pixels, feeder.feeding),
    );
    const stored = run
      .then((rows) => checkWidth(rows, count, width, feeder.where))
      .then((rows) => result.set(rows, first * width));
    stored.catch(() => {}); // it is awaited below, after the run before it, which may fail first
    await before;
    before = stored;
  }
  await before;
  return features(result, n, width);
}

/** Features of up to `step` images, row-major [count, d], d as the model gives it. `fill` writes them into a buffer. */
export async function encodePart(
  { session, feeding, step, where, spare }: Feeder,
  [, c, h, w]: readonly number[],
  running: Running,
  count: number,
  fill: (to: Float32Array) => void,
): Promise<Float32Array> {
  const item = c! * h! * w!;
  const fed = feeding.batch ?? count;
  const whole = takeBuffer(spare, step * item);
  const data = whole.subarray(0, fed * item);
  data.fill(0, count * item); // rows that pad a fixed batch
  fill(data);
  const shape = feeding.layout === 'nchw' ? [fed, c!, h!, w!] : [fed, h!, w!, c!];
  const answer = await session.run({ [feeding.input]: { type: 'float32', shape, data } }, [feeding.output], running);
  spare.push(new Float32Array(answer.feeds[feeding.input]!.data.buffer as ArrayBuffer));
  const rows = poolRows(answer.outputs[feeding.output]!, fed, feeding.pooling, feeding.layout, where);
  return rows.subarray(0, (rows.length / fed) * count);
}

/** A spare buffer of that length, or a new one; spares of another length belonged to another size of image and are dropped. */
function takeBuffer(spare: Float32Array[], length: number): Float32Array {
  for (let buffer = spare.pop(); buffer !== undefined; buffer = spare.pop()) if (buffer.length === length) return buffer;
  return new Float32Array(length);
}

function checkWidth(rows: Float32Array, count: number, width: number, where: string): Float32Array {
  if (rows.length === count * width) return rows;
  throw new ViewforgeError(
    'MODEL_OUTPUT',
    where,
    `expected features of width ${width}, got ${rows.length / count}; give every batch images of one size, and set "size" to it where the model leaves it free`,
  );
}
