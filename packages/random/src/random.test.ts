import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom, type Random, seedOf } from './random.ts';

const settings = { seed: 1, numRuns: 200 };
const words = (random: Random, count: number) => Array.from({ length: count }, () => random.word());
const path = fc.array(fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: 1, maxLength: 3 });

test('the same seed gives the same stream, another seed another', () => {
  expect(words(createRandom(7), 10)).toEqual(words(createRandom(7), 10));
  expect(words(createRandom(7), 10)).not.toEqual(words(createRandom(8), 10));
});

test.each([['0 and -0', 0, -0]])('%s are one seed', (_, a, b) => {
  expect(words(createRandom(a), 4)).toEqual(words(createRandom(b), 4));
});

test.each([
  ['a number and its text', 7, '7'],
  ['numbers that differ in the last bit', 0.1, 0.1 + 2 ** -56],
  ['a text and one with a zero at its end', 'a', 'a\0'],
  ['nothing and a zero', '', '\0'],
  ['texts that differ beyond eight bytes', 'viewforge-a', 'viewforge-b'],
])('%s are two seeds', (_, a, b) => {
  expect(words(createRandom(a), 4)).not.toEqual(words(createRandom(b), 4));
});

test('a fork is decided by its path alone, not by what was drawn before or elsewhere', () => {
  const untouched = words(createRandom(3).fork('view', 0, 'a.jpg'), 8);
  const random = createRandom(3);
  random.normal(0, 1);
  random.fork('view', 0, 'b.jpg').uniform(0, 1);
  expect(words(random.fork('view', 0, 'a.jpg'), 8)).toEqual(untouched);
});

test('forking disturbs no stream', () => {
  const random = createRandom(3);
  const first = random.word();
  random.fork('x').word();
  expect([first, random.word()]).toEqual(words(createRandom(3), 2));
});

test('forking in steps is forking by the whole path', () => {
  fc.assert(
    fc.property(path, path, (a, b) => {
      expect(
        words(
          createRandom(1)
            .fork(...a)
            .fork(...b),
          2,
        ),
      ).toEqual(words(createRandom(1).fork(...a, ...b), 2));
    }),
    settings,
  );
});

test('different paths give different streams', () => {
  fc.assert(
    fc.property(path, path, (a, b) => {
      fc.pre(JSON.stringify(a.map(unsigned)) !== JSON.stringify(b.map(unsigned)));
      expect(words(createRandom(1).fork(...a), 2)).not.toEqual(words(createRandom(1).fork(...b), 2));
    }),
    settings,
  );
});

test.each([
  [['a', 'b'], ['ab']],
  [
    ['a', 'b'],
    ['b', 'a'],
  ],
  [[1, 2], [12]],
  [[1], ['1']],
  [['a'], ['a', '']],
])('the paths %o and %o are told apart', (a, b) => {
  expect(words(createRandom(1).fork(...a), 4)).not.toEqual(words(createRandom(1).fork(...b), 4));
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d cannot be a seed or in a path', (value) => {
  expect(() => createRandom(value)).toThrow(/expected a finite number/);
  expect(() => createRandom(1).fork(value)).toThrow(/expected a finite number/);
});

test('uniform stays in [low, high), also where rounding would reach the end', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      (seed, low, width) => {
        const random = createRandom(seed);
        for (let i = 0; i < 20; i++) {
          const value = random.uniform(low, low + width);
          expect(value).toBeGreaterThanOrEqual(low);
          if (low + width > low) expect(value).toBeLessThan(low + width);
        }
      },
    ),
    settings,
  );
  const narrow = createRandom(5);
  const top = 1 + Number.EPSILON;
  for (let i = 0; i < 1000; i++) expect(narrow.uniform(1, top)).toBe(1);
});

test('uniform over an interval of one point is that point', () => {
  expect(createRandom(1).uniform(3, 3)).toBe(3);
});

test('chance is always one draw, and certain at 0 and 1', () => {
  for (const p of [0, 0.3, 1]) {
    const random = createRandom(9);
    const seen = Array.from({ length: 100 }, () => random.chance(p));
    if (p === 0 || p === 1) expect(new Set(seen)).toEqual(new Set([p === 1]));
    expect(random.word()).toBe(words(createRandom(9), 201).at(-1)); // a draw is two words
  }
});

test.each([
  [0, 1],
  [-3, 4],
  [0, 2 ** 32],
  [5, 2 ** 32 + 6],
  [-(2 ** 40), 2 ** 40],
  [0, Number.MAX_SAFE_INTEGER],
])('integer stays whole and in [%d, %d)', (low, high) => {
  const random = createRandom(4);
  for (let i = 0; i < 500; i++) {
    const value = random.integer(low, high);
    expect(Number.isSafeInteger(value)).toBe(true);
    expect(value).toBeGreaterThanOrEqual(low);
    expect(value).toBeLessThan(high);
  }
});

test.each([
  [1, 1],
  [2, 1],
  [0.5, 2],
  [0, Number.POSITIVE_INFINITY],
  [Number.NaN, 2],
  [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
])('integer refuses [%d, %d)', (low, high) => {
  expect(() => createRandom(1).integer(low, high)).toThrow(RangeError);
});

test('a stored seed gives the same stream after JSON', () => {
  const seed = seedOf(createRandom(11).fork('mix'));
  expect(Number.isSafeInteger(seed)).toBe(true);
  expect(words(createRandom(JSON.parse(JSON.stringify(seed))), 4)).toEqual(words(createRandom(seed), 4));
});

// Any change of these moves every stored result: it is a breaking change, and the versions of all parts go up.
test('our own streams are those of the stored file', () => {
  const golden = JSON.parse(readFileSync(new URL('fixtures/streams.json', import.meta.url), 'utf8'));
  const random = createRandom(golden.seed).fork(...golden.path);
  expect(words(random.fork('words'), golden.words.length)).toEqual(golden.words);
  const draw = (name: keyof Random, of: (stream: Random) => unknown) => {
    const stream = random.fork(name);
    return golden[name].map(() => of(stream));
  };
  expect(draw('uniform', (stream) => stream.uniform(-2, 3))).toEqual(golden.uniform);
  expect(draw('integer', (stream) => stream.integer(-5, 1000))).toEqual(golden.integer);
  expect(draw('chance', (stream) => stream.chance(0.3))).toEqual(golden.chance);
  expect(draw('normal', (stream) => stream.normal(1, 2)).map(rounded)).toEqual(golden.normal);
});

/** Math.log and Math.cos may differ in the last bit between versions of V8. */
function rounded(value: unknown): number {
  return Number((value as number).toPrecision(14));
}

function unsigned(part: string | number): string | number {
  return part === 0 ? 0 : part;
}

test.each([
  [2, 1],
  [0, Number.NaN],
  [Number.NEGATIVE_INFINITY, 0],
  [-1e308, 1e308],
])('an interval [%d, %d) that holds no number, or too many, is refused', (low, high) => {
  expect(() => createRandom(1).uniform(low, high)).toThrow(RangeError);
});

test('a stream without a name of its own is refused, because it would be the same stream again', () => {
  expect(() => createRandom(1).fork()).toThrow(RangeError);
});
