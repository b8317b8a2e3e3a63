import { expect, test } from 'vitest';
import { z } from 'zod';
import { ViewforgeError } from '../error.ts';
import { choice, flag, integer, number, range, text } from './fields.ts';
import { parseOptions } from './parse.ts';

const schema = z.strictObject({
  size: integer({ default: 8, min: 1, max: 64, unit: 'pixels', doc: 'Side.' }),
  share: number({ default: 0.5, min: 0, max: 1, open: 'min', unit: 'none', doc: 'Share.' }),
  scaleRange: range({ default: [0.1, 1], min: 0, max: 1, unit: 'share of area', doc: 'Area.' }),
  mode: choice(['fast', 'exact'], { default: 'exact', doc: 'How.' }),
  loud: flag({ default: false, doc: 'Whether.' }),
  path: text({ default: '.', doc: 'Where.' }),
  levels: z.array(z.strictObject({ at: z.number() })).default([]),
});

const messageOf = (input: unknown): string => {
  try {
    parseOptions(schema, input, 'blur');
  } catch (error) {
    expect(error).toBeInstanceOf(ViewforgeError);
    return (error as ViewforgeError).message;
  }
  return 'accepted';
};

test('defaults fill what is left out', () => {
  expect(parseOptions(schema, {}, 'blur')).toEqual({
    size: 8,
    share: 0.5,
    scaleRange: [0.1, 1],
    mode: 'exact',
    loud: false,
    path: '.',
    levels: [],
  });
});

test('a given value, undefined excepted, takes the place of the default', () => {
  expect(parseOptions(schema, { size: 3, share: undefined, scaleRange: [0.2, 0.2] }, 'blur')).toMatchObject({
    size: 3,
    share: 0.5,
    scaleRange: [0.2, 0.2],
  });
});

test.each<[unknown, string]>([
  [{ size: 0 }, 'blur: size: expected a number >= 1, got 0'],
  [{ size: 65 }, 'blur: size: expected a number <= 64, got 65'],
  [{ size: 1.5 }, 'blur: size: expected a whole number, got 1.5'],
  [{ size: '8' }, 'blur: size: expected number, got "8"'],
  [{ size: null }, 'blur: size: expected number, got null'],
  [{ share: 0 }, 'blur: share: expected a number > 0, got 0'],
  [{ share: Number.NaN }, 'blur: share: expected number, got NaN'],
  [{ scaleRange: [0.5, 0.2] }, 'blur: scaleRange: expected [low, high] with low <= high, got [0.5,0.2]'],
  [{ scaleRange: [0.5, 1.2] }, 'blur: scaleRange[1]: expected a number <= 1, got 1.2'],
  [{ mode: 'slow' }, 'blur: mode: expected one of "fast", "exact", got "slow"'],
  [{ loud: 'yes' }, 'blur: loud: expected boolean, got "yes"'],
  [{ path: '' }, 'blur: path: expected text of a length >= 1, got ""'],
  [{ sise: 3 }, 'blur: unknown key "sise"'],
  [{ levels: [{ at: 1 }, { at: 'x' }] }, 'blur: levels[1].at: expected number, got "x"'],
  [{ levels: [{ at: 1, to: 2 }] }, 'blur: levels[0]: unknown key "to"'],
  ['all', 'blur: expected object, got "all"'],
  [() => 1, 'blur: expected object, got a function'],
])('%o is refused with the path, what was expected and what came', (input, message) => {
  expect(messageOf(input)).toBe(message);
});

test('every problem is told at once', () => {
  expect(messageOf({ size: 0, mode: 'slow', more: 1 }).split('; ')).toHaveLength(3);
});

test('a long value is cut', () => {
  const message = messageOf({ size: 'x'.repeat(500) });
  expect(message.length).toBeLessThan(140);
  expect(message).toContain('...');
});

test('a key called __proto__ changes nothing', () => {
  const parsed = parseOptions(z.strictObject({ size: z.number().default(8) }), JSON.parse('{ "size": 3 }'), 'blur');
  expect(parsed).toEqual({ size: 3 });
  expect(messageOf(JSON.parse('{ "__proto__": { "size": 3 } }'))).toBe('blur: unknown key "__proto__"');
});

test('the code of the error can be the one of the border', () => {
  expect(() => parseOptions(schema, { size: 0 }, 'recipe.json', 'RECIPE')).toThrow(expect.objectContaining({ code: 'RECIPE' }));
});
