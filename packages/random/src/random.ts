import { threefry2x32 } from './threefry.ts';

/**
 * A stream of random numbers with a name. Two streams forked under different names are independent, and drawing
 * from one never disturbs another, so results cannot depend on who draws first.
 */
export interface Random {
  /** A real number in [low, high), in steps of 2^-53 of the interval; `low` when both are equal. Throws RangeError when low > high. */
  uniform(low: number, high: number): number;
  /** A whole number in [low, high), each equally likely. Throws RangeError when there is none. */
  integer(low: number, high: number): number;
  /** True with probability p in [0, 1]; always one draw, also for 0 and 1. */
  chance(p: number): boolean;
  /** A normal number with this mean and standard deviation (Box-Muller, the cosine branch). */
  normal(mean: number, deviation: number): number;
  /** The next 32 random bits as an unsigned number. */
  word(): number;
  /** A stream of its own for what the path names; the same path always gives the same stream. Throws RangeError without a path. */
  fork(...path: readonly (string | number)[]): Random;
}

/** Separates words that are drawn from words that make keys. */
const drawing = 0x64726177;
const numberTag = 0x6e756d62;
const stringTag = 0x73747269;

/** The stream of a seed: any finite number (its float64 bits are the seed) or text. Counter-based, Threefry2x32-20. */
export function createRandom(seed: number | string): Random {
  return fromKey(absorb([0, 0], seed));
}

/** A seed, as params hold it, that names a stream: 53 random bits. `createRandom(seedOf(random))` is reproducible. */
export function seedOf(random: Random): number {
  return random.integer(0, Number.MAX_SAFE_INTEGER);
}

type Key = readonly [number, number];

function fromKey(key: Key): Random {
  const block = new Uint32Array(2);
  let counter = 0;
  let spare = false;
  const word = (): number => {
    if (spare) {
      spare = false;
      return block[1]!;
    }
    threefry2x32(key[0], key[1], counter++, drawing, block);
    spare = true;
    return block[0]!;
  };
  // 53 bits from two words: 27 high ones, then 26
  const unit = (): number => {
    const high = word() >>> 5;
    return (high * 67108864 + (word() >>> 6)) / 9007199254740992;
  };
  const uniform = (low: number, high: number): number => {
    if (!(high - low >= 0) || high - low === Number.POSITIVE_INFINITY) {
      throw new RangeError(`uniform: expected finite numbers low <= high, got [${low}, ${high})`);
    }
    const value = low + (high - low) * unit();
    return value < high || low === high ? value : low; // rounding may reach the open end
  };
  return {
    word,
    uniform,
    integer: (low, high) => integer(low, high, word),
    chance: (p) => unit() < p,
    normal: (mean, deviation) => {
      const radius = Math.sqrt(-2 * Math.log(1 - unit()));
      return mean + deviation * radius * Math.cos(2 * Math.PI * unit());
    },
    fork(...path) {
      if (path.length === 0) throw new RangeError('fork: expected a path that names the stream, got none');
      return fromKey(path.reduce<Key>(absorb, key));
    },
  };
}

function integer(low: number, high: number, word: () => number): number {
  const span = high - low;
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || !(span >= 1) || span > Number.MAX_SAFE_INTEGER) {
    throw new RangeError(`integer: expected whole numbers low < high, got [${low}, ${high})`);
  }
  // rejection keeps every value equally likely
  if (span <= 0x100000000) {
    const limit = 0x100000000 - (0x100000000 % span);
    for (;;) {
      const value = word();
      if (value < limit) return low + (value % span);
    }
  }
  const limit = 2 ** 53 - (2 ** 53 % span);
  for (;;) {
    const value = (word() >>> 11) * 0x100000000 + word();
    if (value < limit) return low + (value % span);
  }
}

/** Mixes one element of a path into a key; numbers and text never collide, nor does one text with two. */
function absorb(key: Key, part: string | number): Key {
  if (typeof part === 'number') {
    if (!Number.isFinite(part)) throw new RangeError(`random: expected a finite number in a seed or path, got ${part}`);
    const bits = new Uint32Array(new Float64Array([part === 0 ? 0 : part]).buffer);
    return encrypt(encrypt(key, numberTag, 0), bits[0]!, bits[1]!);
  }
  const bytes = new TextEncoder().encode(part);
  let mixed = encrypt(key, stringTag, bytes.length);
  for (let i = 0; i < bytes.length; i += 8) mixed = encrypt(mixed, fourBytes(bytes, i), fourBytes(bytes, i + 4));
  return mixed;
}

function fourBytes(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
}

function encrypt(key: Key, c0: number, c1: number): Key {
  const out = new Uint32Array(2);
  threefry2x32(key[0], key[1], c0, c1, out);
  return [out[0]!, out[1]!];
}
