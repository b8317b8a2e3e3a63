/** What arrays of a saved state may hold. */
export const arrayTypes = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
} as const;

/** The name of an element type. */
export type ArrayType = keyof typeof arrayTypes;

/** A value in the JSON text: itself, an object of values, or a list that begins with what it is. */
export type Node =
  | null
  | boolean
  | number
  | string
  | { readonly [key: string]: Node }
  | readonly [tag: string, ...rest: unknown[]];

/** What both sides of the format agree on. */
export const stateFormat = Object.freeze({
  magic: 'VFSTATE1',
  /** Bytes before the JSON text: magic, checksum of the rest, length of the text. */
  preamble: 16,
  /** The bytes of numbers of `size` bytes each, turned where this machine is big-endian: from its order to the file's, or back. */
  littleEndian(bytes: Uint8Array, size: number): Uint8Array {
    if (size === 1 || new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return bytes;
    const turned = bytes.slice();
    for (let at = 0; at < turned.length; at += size) turned.subarray(at, at + size).reverse();
    return turned;
  },
});
