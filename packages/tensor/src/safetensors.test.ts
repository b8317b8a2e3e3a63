import { expect, test } from 'vitest';
import { parseSafetensors, writeSafetensors } from './safetensors.ts';
import { tensor, type Tensor, values } from './tensor.ts';

/** A file by hand: length, header, numbers. */
function fileOf(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}
const entry = (dtype: string, shape: number[], offsets: number[]) => ({ dtype, shape, data_offsets: offsets });
const bytesOf = (data: ArrayBufferView) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

test('what is written is read back bit for bit, with its texts', () => {
  const given = {
    'layer.weight': tensor(Float32Array.of(1, -0, Number.NaN, 4, 5, 6), [2, 3]),
    bias: tensor(Float64Array.of(1 / 3), [1]),
    scalar: tensor(Float32Array.of(7), []),
    empty: tensor(new Float32Array(0), [0, 4]),
  };
  const file = writeSafetensors(given, { step: '3' });
  const found = parseSafetensors(file);
  expect(found.metadata).toEqual({ step: '3' });
  expect(Object.keys(found.entries)).toEqual(Object.keys(given));
  for (const [name, each] of Object.entries(given)) {
    const back = found.tensor(name);
    expect([back.shape, back.data.constructor]).toEqual([each.shape, each.data.constructor]);
    expect(bytesOf(values(back))).toEqual(bytesOf(values(each as Tensor)));
  }
  expect(found.entries['layer.weight']!.start % 8).toBe(0);
});

test('bytes may be a Buffer anywhere in memory', () => {
  const file = Buffer.concat([Buffer.from('xyz'), writeSafetensors({ a: tensor(Float32Array.of(1, 2), [2]) })]).subarray(3);
  const found = parseSafetensors(file).tensor('a');
  file.fill(0);
  expect([...values(found)]).toEqual([1, 2]);
});

test('a strided tensor is written as what it shows', () => {
  const transposed = tensor(Float32Array.of(1, 2, 3, 4), [2, 2]).transpose(1, 0) as Tensor;
  expect([...values(parseSafetensors(writeSafetensors({ transposed })).tensor('transposed'))]).toEqual([1, 3, 2, 4]);
});

test('half floats become float32: one, the largest, the smallest, infinities', () => {
  const half = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0xfc00, 0x7e00, 0x8000);
  const short = Uint16Array.of(0x3f80, 0xc000);
  const data = new Uint8Array([...bytesOf(half), ...bytesOf(short)]);
  const found = parseSafetensors(fileOf({ h: entry('F16', [8], [0, 16]), b: entry('BF16', [2], [16, 20]) }, data));
  expect([...values(found.tensor('h'))]).toEqual([1, -2, 65504, 2 ** -24, Infinity, -Infinity, Number.NaN, -0]);
  expect([...values(found.tensor('b'))]).toEqual([1, -2]);
});

test('whole numbers may be there, but are no real ones', () => {
  const found = parseSafetensors(fileOf({ count: entry('I64', [], [0, 8]) }, new Uint8Array(8)));
  expect(found.entries['count']).toMatchObject({ type: 'I64', shape: [] });
  expect(() => found.tensor('count')).toThrow('safetensors: expected real numbers in "count", got elements of I64');
  expect(() => found.tensor('toString')).toThrow('expected a tensor "toString", got count');
});

const four = new Uint8Array(4);
test.each([
  ['too few bytes', four, 'expected at least 8 bytes, got 4'],
  ['a header longer than the file', fileOf('{}').subarray(0, 9), 'expected a header within 9 bytes, got 2 bytes'],
  ['no JSON', fileOf('{'), 'expected a header in JSON'],
  ['a list', fileOf([]), 'expected an object as header, got a list'],
  ['an unknown type', fileOf({ a: entry('F8', [1], [0, 1]) }), 'expected a known element type of "a", got F8'],
  ['a negative size', fileOf({ a: entry('F32', [-1], [0, 4]) }, four), 'expected a shape of "a", got [-1]'],
  ['one offset', fileOf({ a: entry('F32', [1], [0]) }, four), 'expected two offsets of "a", got [0]'],
  [
    'numbers that do not fill the shape',
    fileOf({ a: entry('F32', [2], [0, 4]) }, four),
    'expected 8 bytes of "a" [2] F32, got 4',
  ],
  ['a gap', fileOf({ a: entry('U8', [2], [2, 4]) }, four), 'expected "a" to begin at byte'],
  ['numbers that overlap', fileOf({ a: entry('F32', [1], [0, 4]), b: entry('U8', [2], [2, 4]) }, four), 'expected "b" to begin'],
  ['a file that is cut off', writeSafetensors({ a: tensor(Float32Array.of(1, 2), [2]) }).subarray(0, -1), 'bytes, got'],
  ['a file with more than its tensors', fileOf({ a: entry('U8', [2], [0, 2]) }, four), 'bytes, got'],
])('%s is refused', (_, bytes, message) => {
  expect(() => parseSafetensors(bytes)).toThrow(
    expect.objectContaining({ name: 'RangeError', message: expect.stringContaining(message) }),
  );
});

test.each([
  ['F8_E4M3', 1],
  ['F8_E5M2', 1],
  ['F8_E8M0', 1],
  ['C64', 8],
])('a tensor beside one of %s can be read, which itself cannot', (type, bytes) => {
  const file = fileOf({ a: entry('U8', [2], [0, 2]), b: entry(type, [2], [2, 2 + 2 * bytes]) }, new Uint8Array(2 + 2 * bytes));
  expect(parseSafetensors(file).entries['a']).toMatchObject({ type: 'U8', shape: [2] });
  expect(() => parseSafetensors(file).tensor('b')).toThrow(`elements of ${type}`);
});

test('the name of the texts is no name of a tensor', () => {
  expect(() => writeSafetensors({ __metadata__: tensor(Float32Array.of(1), [1]) })).toThrow('expected names of tensors');
});
