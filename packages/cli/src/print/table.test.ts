import { expect, test } from 'vitest';
import { figure, pairsList, table } from './table.ts';

test('columns are as wide as their widest cell, and numbers stand to the right', () => {
  expect(
    table(
      ['part', 'value'],
      [
        ['loss', '0.5'],
        ['rank', '12.25'],
      ],
    ),
  ).toBe(['part  value', '----  -----', 'loss    0.5', 'rank  12.25'].join('\n'));
});

test('a table without rows is its header', () => {
  expect(table(['a', 'bc'], [])).toBe('a  bc\n-  --');
});

test('values of a list stand below each other', () => {
  expect(
    pairsList([
      ['a', '1'],
      ['long', '2'],
    ]),
  ).toBe('a     1\nlong  2');
});

test.each([
  [3, '3'],
  [0.123456, '0.1235'],
  [null, '-'],
  [Number.NaN, '-'],
])('%s reads %s', (value, text) => {
  expect(figure(value)).toBe(text);
});
