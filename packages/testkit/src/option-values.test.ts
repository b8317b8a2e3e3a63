import { expect, test } from 'vitest';
import { atBounds, type OptionSchema, outside } from './option-values.ts';

const unit: OptionSchema = { type: 'number', minimum: 0, maximum: 1 };

test.each<[string, OptionSchema, unknown[]]>([
  ['a whole number', { type: 'integer', minimum: 1, maximum: 9007199254740991 }, ['text', null, 1.5, 0]],
  ['a number in an open interval', { type: 'number', exclusiveMinimum: 0 }, ['text', null, 0, -0.001]],
  ['a word', { type: 'string', enum: ['a', 'b'] }, ['no such choice']],
  ['a text', { type: 'string', minLength: 1 }, [1, '']],
  ['yes or no', { type: 'boolean' }, ['yes', 1]],
  ['a list', { type: 'array', items: { type: 'boolean' } }, ['no list', ['yes'], [1]]],
  ['anything', {}, []],
])('outside of %s', (_, schema, expected) => {
  expect(outside(schema)).toEqual(expected);
});

test('outside of a range are ends past its bounds, one at a time, and lists of three', () => {
  expect(outside({ type: 'array', prefixItems: [unit, unit] })).toEqual([
    'no list',
    [0, 0, 1],
    ['text', 0],
    [null, 0],
    [-0.001, 0],
    [1.001, 0],
    [0, 'text'],
    [0, null],
    [0, -0.001],
    [0, 1.001],
  ]);
});

test.each<[string, OptionSchema, unknown[]]>([
  ['a number', unit, [0, 1]],
  ['a whole number without an upper bound', { type: 'integer', minimum: 1, maximum: 9007199254740991 }, [1]],
  [
    'a range',
    { type: 'array', prefixItems: [unit, unit] },
    [
      [0, 0],
      [1, 1],
      [0, 1],
    ],
  ],
  ['a word', { enum: ['a', 'b'] }, ['a', 'b']],
])('the bounds of %s', (_, schema, expected) => {
  expect(atBounds(schema)).toEqual(expected);
});
