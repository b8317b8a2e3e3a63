import { elements, type Tensor, tensor, values } from './tensor.ts';

/** Where a tensor lies in a file. */
export interface SafetensorsEntry {
  /** Element type as the file calls it: "F32", "F16", "I64" and so on. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Bytes of the file from `start` up to, not including, `end`. */
  readonly start: number;
  readonly end: number;
}

/** The tensors of a file by name. */
export interface SafeTensors {
  readonly entries: Readonly<Record<string, SafetensorsEntry>>;
  /** Texts that came with them. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * A copy of a tensor of real numbers: float64 for F64, float32 for F32, F16 and BF16. Throws RangeError for a name that is not there and
   * for other element types.
   */
  tensor(name: string): Tensor;
}

/** Bytes of an element. */
const sizes: Readonly<Record<string, number>> = {
  C64: 8,
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
  BOOL: 1,
};

const largestHeader = 100 * 2 ** 20;

/**
 * The tensors of a .safetensors file: a length of 8 bytes, a JSON header, the numbers. Throws RangeError where the bytes are none: cut off,
 * longer than the tensors, a header that is no JSON or too long, an unknown element type, numbers that overlap, leave gaps or do not fill their
 * shape.
 */
export function parseSafetensors(bytes: Uint8Array): SafeTensors {
  const { entries, metadata } = safetensorsLayout(bytes, bytes.length);
  return {
    entries,
    metadata,
    tensor(name) {
      const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
      if (entry === undefined) return refuse(`a tensor "${name}"`, Object.keys(entries).join(', ') || 'none');
      return realNumbers(name, entry, new Uint8Array(bytes.subarray(entry.start, entry.end))); // `slice` of a Buffer copies nothing
    },
  };
}

/**
 * Where the tensors of a file of `size` bytes lie, of which `head` holds the first: the 8 bytes of the length, and the header. For files that
 * are read piece by piece. Throws RangeError as `parseSafetensors` does.
 */
export function safetensorsLayout(head: Uint8Array, size: number): Pick<SafeTensors, 'entries' | 'metadata'> {
  const { header, start } = readHeader(head);
  const { __metadata__: metadata = {}, ...rest } = header;
  const entries = Object.fromEntries(Object.entries(rest).map(([name, entry]) => [name, checkedEntry(name, entry, start)]));
  let at = start;
  for (const [name, entry] of Object.entries(entries).sort(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    if (entry.start !== at) refuse(`"${name}" to begin at byte ${at}`, `${entry.start}`);
    at = entry.end;
  }
  if (at !== size) refuse(`${at} bytes`, `${size}`);
  return { entries, metadata: metadata as Readonly<Record<string, string>> };
}

/** Bytes of a file's head that `safetensorsLayout` needs, told from the first 8. Throws RangeError for fewer, and for a header that is too long. */
export function safetensorsHeadLength(bytes: Uint8Array): number {
  if (bytes.length < 8) return refuse('at least 8 bytes', `${bytes.length}`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  return length > largestHeader ? refuse(`a header of at most ${largestHeader} bytes`, `${length}`) : 8 + length;
}

/**
 * The bytes of a .safetensors file, float32 as F32 and float64 as F64, in the order given; strided tensors are brought in row-major order.
 * The same tensors give the same bytes. Throws RangeError for the name "__metadata__".
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, each] of Object.entries(tensors)) {
    if (name === '__metadata__') refuse('names of tensors', `"${name}"`);
    const data = values(each);
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    const dtype = data instanceof Float64Array ? 'F64' : 'F32';
    header[name] = { dtype, shape: [...each.shape], data_offsets: [at, at + data.byteLength] };
    at += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 * Math.ceil((8 + text.length) / 8); // numbers begin at a multiple of their size
  const file = new Uint8Array(start + at).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(text, 8);
  let to = start;
  for (const part of parts) {
    file.set(part, to);
    to += part.length;
  }
  return file;
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) return refuse('at least 8 bytes', `${bytes.length}`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > largestHeader || length > bytes.length - 8)
    return refuse(`a header within ${bytes.length} bytes`, `${length} bytes`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (cause) {
    return refuse('a header in JSON', (cause as Error).message);
  }
  if (header === null || typeof header !== 'object' || Array.isArray(header)) {
    return refuse('an object as header', Array.isArray(header) ? 'a list' : String(header));
  }
  return { header: header as Record<string, unknown>, start: 8 + length };
}

function checkedEntry(name: string, entry: unknown, start: number): SafetensorsEntry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(sizes, dtype))
    return refuse(`a known element type of "${name}"`, String(dtype));
  if (!isCounts(shape)) return refuse(`a shape of "${name}"`, JSON.stringify(shape) ?? 'none');
  if (!isCounts(offsets) || offsets.length !== 2) return refuse(`two offsets of "${name}"`, JSON.stringify(offsets) ?? 'none');
  const [first, last] = offsets as [number, number];
  const needed = elements(shape) * sizes[dtype]!;
  if (last - first !== needed) return refuse(`${needed} bytes of "${name}" [${shape}] ${dtype}`, `${last - first}`);
  return { type: dtype, shape, start: start + first, end: start + last };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

function realNumbers(name: string, { type, shape }: SafetensorsEntry, { buffer }: Uint8Array<ArrayBuffer>): Tensor {
  if (type === 'F64') return tensor(new Float64Array(buffer), shape);
  if (type === 'F32') return tensor(new Float32Array(buffer), shape);
  if (type === 'BF16')
    return tensor(new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer), shape);
  if (type === 'F16') return tensor(Float32Array.from(new Uint16Array(buffer), halfFloat), shape);
  return refuse(`real numbers in "${name}"`, `elements of ${type}`);
}

/** The number that 16 bits of IEEE 754 stand for. */
export function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

function refuse(expected: string, got: string): never {
  throw new RangeError(`safetensors: expected ${expected}, got ${got}`);
}
