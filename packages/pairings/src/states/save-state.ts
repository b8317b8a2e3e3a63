import { crc32 } from 'node:zlib';
import { ViewforgeError } from '@viewforge/core';
import { type Tensor, values } from '@viewforge/tensor';
import { type ArrayType, arrayTypes, type Node, stateFormat } from './state-format.ts';

/**
 * The state of a pairing, or any plain data, as bytes that `restoreState` reads back bit for bit: numbers (NaN, -0 and infinities
 * included), texts, flags, null, undefined, lists, plain objects, typed arrays and tensors of float32, float64, int32 or uint8 numbers.
 *
 * The file tells what it holds: "VFSTATE1", a CRC-32 of all that follows and the length of a JSON text as little-endian 32-bit numbers,
 * the text (the tree, with arrays by element type, place and length), and the arrays one after the other, little-endian, each from a
 * multiple of 8 bytes on.
 *
 * Throws ViewforgeError (DOMAIN) that names what is no plain data, such as a function, a Map, a list with gaps or one that contains itself.
 */
export function saveState(state: unknown): Uint8Array<ArrayBuffer> {
  const arrays: Uint8Array[] = [];
  const writer: Writer = { arrays, length: 0, open: new Set() };
  const text = new TextEncoder().encode(JSON.stringify(encode(state, 'state', writer)));
  const start = aligned(stateFormat.preamble + text.length);
  const file = new Uint8Array(start + writer.length);
  file.set(new TextEncoder().encode(stateFormat.magic));
  file.set(text, stateFormat.preamble);
  let at = start;
  for (const bytes of arrays) {
    file.set(bytes, at);
    at += aligned(bytes.length);
  }
  const view = new DataView(file.buffer);
  view.setUint32(12, text.length, true);
  view.setUint32(8, crc32(file.subarray(12)), true);
  return file;
}

interface Writer {
  readonly arrays: Uint8Array[];
  /** Bytes of arrays so far. */
  length: number;
  /** Objects that are being written. */
  readonly open: Set<object>;
}

function encode(value: unknown, path: string, writer: Writer): Node {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value === undefined) return ['undefined'];
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : ['number', numberText(value)];
  if (typeof value !== 'object') return refuse(path, `a ${typeof value}`);
  if (writer.open.has(value)) return refuse(path, 'an object that contains itself');
  writer.open.add(value);
  const node = encodeObject(value, path, writer);
  writer.open.delete(value);
  return node;
}

function encodeObject(value: object, path: string, writer: Writer): Node {
  if (Object.getOwnPropertySymbols(value).length > 0) return refuse(path, 'an object with symbols as names');
  if (Array.isArray(value) && Object.keys(value).length !== value.length) return refuse(path, 'a list with gaps or names');
  if (Array.isArray(value)) return ['list', ...value.map((each, i) => encode(each, `${path}[${i}]`, writer))];
  if (ArrayBuffer.isView(value)) return ['array', ...place(value, path, writer)];
  if (isTensor(value)) {
    const data = values(value);
    if (data.constructor !== value.data.constructor) return refuse(path, `a strided ${value.data.constructor.name}`);
    return ['tensor', [...value.shape], ...place(data, path, writer)];
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return refuse(path, `a ${value.constructor?.name ?? 'class'}`);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, encode(each, `${path}.${key}`, writer)]));
}

/** Takes the bytes of an array, and tells its type, place and length. */
function place(array: ArrayBufferView, path: string, writer: Writer): [type: ArrayType, offset: number, length: number] {
  const type = array.constructor.name as ArrayType;
  if (!Object.hasOwn(arrayTypes, type)) return refuse(path, `a ${array.constructor.name}`);
  const size = arrayTypes[type].BYTES_PER_ELEMENT;
  const offset = writer.length;
  writer.arrays.push(stateFormat.littleEndian(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), size));
  writer.length += aligned(array.byteLength);
  return [type, offset, array.byteLength / size];
}

function isTensor(value: object): value is Tensor {
  const { data, shape, stride } = value as Partial<Tensor>;
  return ArrayBuffer.isView(data) && Array.isArray(shape) && Array.isArray(stride) && 'get' in value;
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function aligned(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function refuse(path: string, got: string): never {
  throw new ViewforgeError('DOMAIN', 'save-state', `expected plain data at ${path}, got ${got}`);
}
