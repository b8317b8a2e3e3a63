import { expect, test } from 'vitest';
import { threefry2x32 } from './threefry.ts';

const hex = (word: number) => word.toString(16).padStart(8, '0');
const encrypt = (key: readonly [number, number], counter: readonly [number, number]) => {
  const out = new Uint32Array(2);
  threefry2x32(key[0], key[1], counter[0], counter[1], out);
  return [...out].map(hex);
};

// Known answers of the reference implementation of Salmon et al. (Random123, threefry2x32 with 20 rounds).
test.each([
  [
    [0, 0],
    [0, 0],
    ['6b200159', '99ba4efe'],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    ['1cb996fc', 'bb002be7'],
  ],
  [
    [0x13198a2e, 0x03707344],
    [0x243f6a88, 0x85a308d3],
    ['c4923a9c', '483df7a0'],
  ],
] as const)('key %o encrypts counter %o to the published words', (key, counter, expected) => {
  expect(encrypt(key, counter)).toEqual(expected);
});

test('signed and unsigned words are the same words', () => {
  expect(encrypt([-1, -1], [-1, -1])).toEqual(encrypt([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff]));
});

test('one bit of the counter or the key changes about half of the output', () => {
  const bits = (words: string[]) => words.map((word) => Number.parseInt(word, 16).toString(2).padStart(32, '0')).join('');
  const plain = bits(encrypt([1, 2], [3, 4]));
  const changed = [encrypt([0, 2], [3, 4]), encrypt([1, 3], [3, 4]), encrypt([1, 2], [2, 4]), encrypt([1, 2], [3, 5])].map(bits);
  for (const other of changed) {
    const different = [...plain].filter((bit, i) => bit !== other[i]).length;
    expect(different).toBeGreaterThan(16); // 32 expected of 64, deviation 4
    expect(different).toBeLessThan(48);
  }
});
