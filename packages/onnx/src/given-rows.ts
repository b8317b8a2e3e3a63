import { type EncoderInputs, ViewforgeError } from '@viewforge/core';
import { elements, type Tensor, values } from '@viewforge/tensor';
import type { Feeding, ImageFeeding } from './feeding.ts';

/** Images that are encoded, row-major. */
export interface GivenImages {
  readonly n: number;
  /** [n, c, h, w] */
  readonly data: Float32Array | Float64Array;
  /** [c, h, w] */
  readonly item: readonly [number, number, number];
}

/** Texts that are encoded, row-major [n, t] each. */
export interface GivenTexts {
  readonly n: number;
  readonly t: number;
  readonly tokens: Int32Array;
  /** 1 or 0. */
  readonly mask: Int32Array;
}

/** What is encoded: images or texts. */
export type GivenRows = GivenImages | GivenTexts;

/**
 * The inputs of an encoder, `image` [n, c, h, w], or `tokens` [n, t] and `mask` [n, t] (all ones when left out).
 * Throws ViewforgeError: USAGE when an input is missing or is not one of these, SHAPE when one is not what the model takes, tokens are no
 * whole numbers, a mask has something besides 0 and 1, or keeps no token of a text.
 */
export function givenRows(inputs: EncoderInputs, feeding: Feeding, where: string): GivenRows {
  const wanted = feeding.image ? ['image'] : ['tokens', 'mask'];
  const given = Object.keys(inputs).filter((name) => inputs[name] !== undefined);
  const unknown = given.find((name) => !wanted.includes(name));
  if (unknown !== undefined || !given.includes(wanted[0]!)) {
    const expected = feeding.image ? 'the input "image"' : 'the input "tokens", and "mask" where it has padding';
    throw new ViewforgeError(
      'USAGE',
      where,
      `expected ${expected}, got ${given.map((name) => `"${name}"`).join(', ') || 'none'}; the encoder's side is "${feeding.side}"`,
    );
  }
  return feeding.image ? imagesOf(inputs['image']!, feeding.image, where) : textsOf(inputs, feeding.tokens, where);
}

/**
 * One item as a model could be given it: a black image, or a text with one token more than are left out of means; for what has to be found
 * out by a run.
 */
export function blankRows({ image, tokens, features, further }: Feeding): GivenRows {
  if (image === undefined) {
    const t = tokens ?? 1 + Math.max(...[features, ...Object.values(further)].map(({ classTokens }) => classTokens));
    return { n: 1, t, tokens: new Int32Array(t), mask: new Int32Array(t).fill(1) };
  }
  const [h, w] = image.size ?? [224, 224];
  return { n: 1, data: new Float32Array(image.channels * h * w), item: [image.channels, h, w] };
}

/** Many such items, images of `size` [h, w] where the model leaves it free; for runs whose outputs nobody needs. */
export function manyBlankRows(feeding: Feeding, n: number, size?: readonly [number, number]): GivenRows {
  const one = blankRows(
    size && feeding.image && !feeding.image.size ? { ...feeding, image: { ...feeding.image, size } } : feeding,
  );
  if ('item' in one) return { ...one, n, data: new Float32Array(n * one.data.length) };
  return { ...one, n, tokens: new Int32Array(n * one.t), mask: new Int32Array(n * one.t).fill(1) };
}

function imagesOf(image: NonNullable<EncoderInputs[string]>, { channels, size }: ImageFeeding, where: string): GivenImages {
  const [n, c, h, w] = image.shape as [number, number, number, number];
  if (!(image.data instanceof Float32Array || image.data instanceof Float64Array)) {
    const got = (image.data as object).constructor.name;
    throw new ViewforgeError('SHAPE', where, `expected images of floats in [0, 1], got a ${got}; divide bytes by 255`);
  }
  if (image.shape.length !== 4 || c !== channels || (size !== undefined && (h !== size[0] || w !== size[1]))) {
    const wanted = `[n, ${channels}, ${size?.[0] ?? 'h'}, ${size?.[1] ?? 'w'}]`;
    const hint = size === undefined ? '' : `; set the size of the plan's views to ${size[0] === size[1] ? size[0] : `[${size}]`}`;
    throw new ViewforgeError('SHAPE', where, `expected images of ${wanted}, got [${image.shape}]${hint}`);
  }
  return { n, data: values(image as Tensor), item: [c, h, w] };
}

function textsOf({ tokens, mask }: EncoderInputs, fixed: number | undefined, where: string): GivenTexts {
  const fail = (message: string): never => {
    throw new ViewforgeError('SHAPE', where, message);
  };
  const [n, t] = tokens!.shape as [number, number];
  if (tokens!.shape.length !== 2 || t === 0 || (fixed !== undefined && t !== fixed)) {
    const hint = fixed === undefined ? '' : '; pad or cut texts as the tokenizer of the model does';
    fail(`expected tokens of [n, ${fixed ?? 't'}], got [${tokens!.shape}]${hint}`);
  }
  if (!(tokens!.data instanceof Int32Array))
    fail(`expected tokens in an Int32Array, got a ${(tokens!.data as object).constructor.name}`);
  const numbers = wholes(tokens!);
  const below = numbers.findIndex((number) => number < 0);
  if (below >= 0) fail(`expected tokens >= 0, got ${numbers[below]} at [${Math.floor(below / t)}, ${below % t}]`);
  if (mask !== undefined && `${mask.shape}` !== `${tokens!.shape}`)
    fail(`expected a mask of [${tokens!.shape}], as the tokens, got [${mask.shape}]`);
  const found = mask === undefined ? new Int32Array(n * t).fill(1) : wholes(mask);
  const odd = found.findIndex((value) => value !== 0 && value !== 1);
  if (odd >= 0) fail(`expected a mask of 0 and 1, got another number at [${Math.floor(odd / t)}, ${odd % t}]`);
  for (let row = 0; row < n; row++) {
    if (!found.subarray(row * t, (row + 1) * t).includes(1))
      fail(`expected a mask with a 1 in every row, got none in row ${row}`);
  }
  return { n, t, tokens: numbers, mask: found };
}

/** Row-major whole numbers of an array of any strides; a number that is none becomes -1. */
function wholes(array: NonNullable<EncoderInputs[string]>): Int32Array {
  const [n, t] = array.shape as [number, number];
  const result = new Int32Array(elements([n, t]));
  for (let row = 0, to = 0; row < n; row++) {
    for (let column = 0; column < t; column++) {
      const value = array.data[array.offset + row * array.stride[0]! + column * array.stride[1]!]!;
      result[to++] = Number.isInteger(value) ? value : -1;
    }
  }
  return result;
}
