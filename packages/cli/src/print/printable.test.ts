import { expect, test } from 'vitest';
import { printable, quoted } from './printable.ts';

test('a file name cannot break a line or color the terminal', () => {
  expect(printable('new\nline \u001b[31mred.jpg, 日本.png')).toBe('new\\u000aline \\u001b[31mred.jpg, 日本.png');
});

test.each([
  ['out/001', 'out/001'],
  ['my photos', "'my photos'"],
  ["it's", "'it'\\''s'"],
  ['a;b$c', "'a;b$c'"],
])('%s is the word %s to a shell', (text, word) => {
  expect(quoted(text)).toBe(word);
});
