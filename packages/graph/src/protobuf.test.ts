import { expect, test } from 'vitest';
import { bytesField, concat, fields, floatField, varintField } from './protobuf.ts';

test('300 in field 1 is 08 ac 02, the example of the protobuf encoding guide', () => {
  expect([...varintField(1, 300)]).toEqual([0x08, 0xac, 0x02]);
});

test('a text in field 2 is its tag, its length and its bytes', () => {
  expect([...bytesField(2, 'ab')]).toEqual([0x12, 2, 0x61, 0x62]);
});

test.each([0, 1, 127, 128, 2 ** 31, Number.MAX_SAFE_INTEGER, -1, -(2 ** 40)])('the whole number %d comes back', (value) => {
  const [field] = [...fields(varintField(7, value))];
  expect(field).toMatchObject({ field: 7, varint: BigInt(value) });
});

test('a real is four bytes, little end first', () => {
  const [field] = [...fields(floatField(3, 0.15625))];
  expect([...field!.bytes]).toEqual([0, 0, 0x20, 0x3e]);
});

test('fields come in the order they were written, nested ones as bytes', () => {
  const message = concat([varintField(1, 5), bytesField(2, [varintField(1, 6), bytesField(9, 'x')])]);
  const [first, second] = [...fields(message)];
  expect(first!.varint).toBe(5n);
  expect([...fields(second!.bytes)].map(({ field }) => field)).toEqual([1, 9]);
});

test.each([
  ['a length beyond the end', [0x12, 5, 1], 'needs 5 bytes, 1 are left'],
  ['a number cut short', [0x08, 0x80], 'cut short'],
  ['a number of eleven bytes', [0x08, ...Array.from({ length: 10 }, () => 0x80), 1], 'at most ten bytes'],
  ['field 0', [0x00, 1], 'expected a field number'],
  ['a group', [0x0b], 'wire type'],
])('%s is refused', (_, bytes, message) => {
  expect(() => [...fields(Uint8Array.from(bytes))]).toThrow(new RegExp(message));
});
