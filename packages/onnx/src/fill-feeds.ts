import type { FedInput, Feeding } from './feeding.ts';
import { fillBatch } from './fill-batch.ts';
import type { GivenRows, GivenTexts } from './given-rows.ts';
import type { Payload, Payloads } from './session-messages.ts';

/** Rows that go into one run. */
export interface FedPart {
  /** The first item, and how many. */
  readonly first: number;
  readonly count: number;
  /** Rows of the run, `count` or more where a model has a fixed number; those beyond are blank images or texts of tokens 0. */
  readonly fed: number;
}

/**
 * Everything a model is fed for some of the rows, each on a buffer of its own. Images go into one that `take` gives, of a length that is
 * enough for them; it may hold what was in it.
 */
export function fillFeeds(feeding: Feeding, given: GivenRows, part: FedPart, take: (length: number) => Float32Array): Payloads {
  const entries = feeding.inputs.map((input) => {
    if (input.neutral) return [input.name, neutralFeed(input, input.neutral, part.fed)] as const;
    return [input.name, 't' in given ? textFeed(input, given, part) : imageFeed(feeding, given, part, take)] as const;
  });
  return Object.fromEntries(entries);
}

/** The mask of the rows of a run, [fed, t]; undefined for images. */
export function maskOf(given: GivenRows, part: FedPart): Int32Array | undefined {
  return 't' in given ? numbersOf('mask', given, part) : undefined;
}

function imageFeed(
  { image }: Feeding,
  { data, item }: Exclude<GivenRows, GivenTexts>,
  { first, count, fed }: FedPart,
  take: (length: number) => Float32Array,
): Payload {
  const [c, h, w] = item;
  const buffer = take(fed * c * h * w);
  const to = buffer.subarray(0, fed * c * h * w);
  to.fill(0, count * c * h * w);
  fillBatch(to, data, [first, count], h * w, image!);
  return { type: 'float32', shape: image!.layout === 'nchw' ? [fed, c, h, w] : [fed, h, w, c], data: to };
}

function textFeed({ role, type }: FedInput, given: GivenTexts, part: FedPart): Payload {
  return { type, shape: [part.fed, given.t], data: inType(type, numbersOf(role, given, part)) };
}

/** [fed, t] of an input of texts. */
function numbersOf(role: FedInput['role'], { t, tokens, mask }: GivenTexts, { first, count, fed }: FedPart): Int32Array {
  const result = new Int32Array(fed * t);
  if (role === 'tokens') result.set(tokens.subarray(first * t, (first + count) * t));
  else if (role === 'positions') for (let i = 0; i < result.length; i++) result[i] = i % t;
  else if (role === 'mask') {
    result.set(mask.subarray(first * t, (first + count) * t));
    result.fill(1, count * t); // a softmax over no token is no number, and class tokens alone leave nothing to pool
  }
  return result;
}

function neutralFeed({ role, type }: FedInput, { item, rows }: NonNullable<FedInput['neutral']>, fed: number): Payload {
  const shape = [rows ?? fed, ...item];
  const length = shape.reduce((product, size) => product * size, 1);
  if (role === 'image') return { type, shape, data: new Float32Array(length) };
  const numbers = new Int32Array(length);
  if (role === 'mask') numbers.fill(1);
  else if (role === 'positions') for (let i = 0; i < length; i++) numbers[i] = i % item[0]!;
  return { type, shape, data: inType(type, numbers) };
}

function inType(type: FedInput['type'], numbers: Int32Array): Payload['data'] {
  if (type === 'int32') return numbers;
  return type === 'int64' ? BigInt64Array.from(numbers, BigInt) : Float32Array.from(numbers);
}
