import { crc32 } from 'node:zlib';
import { ViewforgeError } from '@viewforge/core';
import { tensor } from '@viewforge/tensor';
import { type ArrayType, arrayTypes, stateFormat } from './state-format.ts';

/**
 * What `saveState` was given: the same values in new objects and arrays. Objects have only what was saved as their own, names such as
 * "__proto__" included, which change no prototype. The bytes are not kept.
 *
 * Throws ViewforgeError (FILE_FORMAT) for other bytes, and for bytes that are damaged or cut off.
 */
export function restoreState(bytes: Uint8Array): unknown {
  if (bytes.length < stateFormat.preamble || new TextDecoder('latin1').decode(bytes.subarray(0, 8)) !== stateFormat.magic)
    return fail(`bytes that begin with "${stateFormat.magic}"`, 'others');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rest = bytes.subarray(stateFormat.preamble);
  if (crc32(bytes.subarray(12)) !== view.getUint32(8, true))
    return fail('bytes as they were saved', 'damaged ones, or not all of them');
  const end = view.getUint32(12, true);
  try {
    const tree: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rest.subarray(0, end)));
    const start = Math.ceil((stateFormat.preamble + end) / 8) * 8;
    return decode(tree, bytes.subarray(start));
  } catch (cause) {
    if (cause instanceof ViewforgeError) throw cause;
    return fail('a tree of values', 'something else', cause);
  }
}

const specialNumbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '-0': -0,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function decode(node: unknown, data: Uint8Array): unknown {
  if (node === null || typeof node !== 'object') return node;
  // properties are defined, not assigned, so that no setter of a prototype is called
  if (!Array.isArray(node)) return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, decode(each, data)]));
  const [tag, ...rest] = node as readonly unknown[];
  if (tag === 'list') return rest.map((each) => decode(each, data));
  if (tag === 'undefined') return undefined;
  if (tag === 'number' && Object.hasOwn(specialNumbers, rest[0] as string)) return specialNumbers[rest[0] as string];
  if (tag === 'array') return arrayAt(rest, data);
  if (tag === 'tensor') {
    const [shape, ...where] = rest;
    if (!Array.isArray(shape)) return fail('a shape', String(shape));
    // tensors of whole numbers are made as those of real ones are; only the types know a difference
    return tensor(arrayAt(where, data) as Float64Array, shape as number[]);
  }
  return fail('a known kind of value', typeof tag === 'string' ? JSON.stringify(tag) : typeof tag);
}

function arrayAt([type, offset, length]: readonly unknown[], data: Uint8Array): ArrayBufferView {
  if (typeof type !== 'string' || !Object.hasOwn(arrayTypes, type)) return fail('a known element type', String(type));
  const Type = arrayTypes[type as ArrayType];
  if (!isCount(offset) || !isCount(length) || offset + length * Type.BYTES_PER_ELEMENT > data.length)
    return fail(`an array within ${data.length} bytes`, `${String(length)} numbers from byte ${String(offset)} on`);
  const bytes = data.slice(offset, offset + length * Type.BYTES_PER_ELEMENT);
  return new Type(stateFormat.littleEndian(bytes, Type.BYTES_PER_ELEMENT).buffer as ArrayBuffer);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function fail(expected: string, got: string, cause?: unknown): never {
  throw new ViewforgeError(
    'FILE_FORMAT',
    'restore-state',
    `expected ${expected}, got ${got}`,
    cause === undefined ? {} : { cause },
  );
}
