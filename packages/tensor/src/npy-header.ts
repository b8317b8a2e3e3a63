/** Elements that `.npy` files are read to and written from. */
export type NpyData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;
/** Element types by their usual names. */
export type NpyType = 'f32' | 'f64' | 'i32' | 'i64' | 'u8';

/** What the header of a `.npy` file says. */
export interface NpyHeader {
  readonly type: NpyType;
  readonly shape: readonly number[];
  /** Byte at which the elements begin. */
  readonly start: number;
}

const types = {
  f32: { code: '<f4', make: Float32Array },
  f64: { code: '<f8', make: Float64Array },
  i32: { code: '<i4', make: Int32Array },
  i64: { code: '<i8', make: BigInt64Array },
  u8: { code: '|u1', make: Uint8Array },
} as const;

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;

/** Bytes of one element. */
export function bytesPerElement(type: NpyType): number {
  return types[type].make.BYTES_PER_ELEMENT;
}

/** The elements in a buffer that holds nothing else. */
export function dataOf(type: NpyType, buffer: ArrayBuffer): NpyData {
  return new types[type].make(buffer);
}

/** The type of the elements. */
export function elementTypeOf(data: NpyData): NpyType {
  if (data instanceof Float32Array) return 'f32';
  if (data instanceof Float64Array) return 'f64';
  if (data instanceof Int32Array) return 'i32';
  return data instanceof BigInt64Array ? 'i64' : 'u8';
}

/**
 * A header of version 1.0, a multiple of 64 bytes long, at least `length`. Throws RangeError for a shape of so many axes that
 * version 1.0 cannot hold it.
 */
export function npyHeader(type: NpyType, shape: readonly number[], length = 0): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${types[type].code}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const total = Math.max(length, 64 * Math.ceil((10 + text.length + 1) / 64));
  if (total - 10 > 0xffff)
    throw new RangeError(`npyHeader: expected a shape that fits 65535 characters, got ${shape.length} axes`);
  const header = new Uint8Array(total).fill(0x20);
  header.set([...magic, 1, 0, (total - 10) & 0xff, (total - 10) >> 8]);
  header.set(new TextEncoder().encode(text), 10);
  header[total - 1] = 0x0a;
  return header;
}

/** Length of the header of a file that begins with these 12 bytes. Throws RangeError when it is not `.npy` 1 to 3. */
export function npyPrefixLength(bytes: Uint8Array): number {
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte))
    throw new RangeError('expected a .npy file, got other bytes');
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw new RangeError(`expected .npy version 1 to 3, got ${version}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (length > 1 << 20) throw new RangeError(`expected a header up to 1 MiB, got ${length} bytes`);
  return length;
}

/** The header of a `.npy` file. Throws RangeError: other bytes, another type of elements, byte order or layout. */
export function readNpyHeader(bytes: Uint8Array): NpyHeader {
  const start = npyPrefixLength(bytes);
  if (bytes.length < start) throw new RangeError(`expected a header of ${start} bytes, got ${bytes.length}`);
  const text = new TextDecoder().decode(bytes.subarray(bytes[6] === 1 ? 10 : 12, start)).trim();
  return { type: readType(text), shape: readShape(text), start };
}

function readType(text: string): NpyType {
  const code = /['"]descr['"]\s*:\s*(['"])(.*?)\1/.exec(text)?.[2];
  if (code === undefined) throw new RangeError(`expected one plain element type, got ${shorten(text)}`);
  const found = (Object.keys(types) as NpyType[]).find((type) => types[type].code === code || (type === 'u8' && code === '<u1'));
  if (found !== undefined) return found;
  const hint = code.startsWith('>') ? '; save it in little-endian order' : '';
  const known = Object.values(types).map((type) => type.code);
  throw new RangeError(`expected elements of ${known.join(', ')}, got ${JSON.stringify(code)}${hint}`);
}

function readShape(text: string): number[] {
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text)?.[1];
  const tuple = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (order === undefined || tuple === undefined)
    throw new RangeError(`expected a header with fortran_order and shape, got ${shorten(text)}`);
  const shape = tuple
    .split(',')
    .map((size) => size.trim().replace(/L$/, ''))
    .filter((size) => size !== '')
    .map(Number);
  if (order === 'True' && shape.filter((size) => size > 1).length > 1)
    throw new RangeError('expected rows side by side (C order), got columns (Fortran order)');
  const count = shape.reduce((product, size) => product * size, 8);
  if (!Number.isSafeInteger(count)) throw new RangeError(`expected a shape that can be held, got [${shape}]`);
  return shape;
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
