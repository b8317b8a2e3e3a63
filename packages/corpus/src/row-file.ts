import { type FileHandle, open } from 'node:fs/promises';
import { type Vectors, ViewforgeError } from '@viewforge/core';
import { features, halfFloat } from '@viewforge/tensor';

/** Numbers of rows as files hold them, little-endian. */
export type RowType = 'f64' | 'f32' | 'f16' | 'bf16';

/** Where rows lie in a file, one after the other. */
export interface RowLayout {
  readonly type: RowType;
  readonly size: number;
  readonly width: number;
  /** Byte at which the first row begins. */
  readonly start: number;
}

/** A file that is read piece by piece. */
export interface PartialFile {
  readonly path: string;
  readonly length: number;
  /** `length` bytes from `start` on. Throws ViewforgeError: FILE_FORMAT where the file is shorter, FILE_READ. */
  bytes(start: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Opens a file. Throws ViewforgeError: FILE_MISSING or FILE_READ. */
export async function openPartialFile(path: string): Promise<PartialFile> {
  const file = await guarded(path, () => open(path, 'r'));
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await file.close();
  };
  try {
    const { size } = await guarded(path, () => file.stat());
    return { path, length: size, bytes: (start, length) => guarded(path, () => readBytes(file, path, start, length)), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** The rows of an open file, which closes with them. Throws ViewforgeError (FILE_FORMAT) where a row has no number. */
export function rowsOfFile(file: PartialFile, { type, size, width, start }: RowLayout): Vectors {
  if (width === 0) throw new ViewforgeError('FILE_FORMAT', file.path, `expected rows of one number or more, got [${size}, 0]`);
  const rowBytes = width * bytesOf[type];
  return {
    size,
    width,
    async read(first, count, { signal }) {
      signal.throwIfAborted();
      checkRange(file.path, size, first, count);
      const bytes = await file.bytes(start + first * rowBytes, count * rowBytes);
      signal.throwIfAborted();
      return features(floatsOf(type, bytes.buffer), count, width);
    },
    close: () => file.close(),
  };
}

/** Bytes of one number. */
export const bytesOf: Readonly<Record<RowType, number>> = { f64: 8, f32: 4, f16: 2, bf16: 2 };

/** Throws RangeError for rows that are not there. */
export function checkRange(where: string, size: number, first: number, count: number): void {
  const isThere = Number.isSafeInteger(first) && Number.isSafeInteger(count) && first >= 0 && count >= 0 && first + count <= size;
  if (!isThere) throw new RangeError(`${where}: expected rows of 0 to ${size}, got ${count} from ${first}`);
}

function floatsOf(type: RowType, buffer: ArrayBuffer): Float32Array {
  if (type === 'f32') return new Float32Array(buffer);
  if (type === 'f64') return Float32Array.from(new Float64Array(buffer));
  const halves = new Uint16Array(buffer);
  if (type === 'bf16') return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
  const table = halfTable();
  return Float32Array.from(halves, (half) => table[half]!);
}

let table: Float32Array | undefined;

function halfTable(): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, half) => halfFloat(half));
  return table;
}

async function readBytes(file: FileHandle, path: string, start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, 2 ** 30), start + done);
    if (bytesRead === 0) {
      throw new ViewforgeError('FILE_FORMAT', path, `expected at least ${start + length} bytes, got ${start + done}`);
    }
    done += bytesRead;
  }
  return bytes;
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new ViewforgeError('FILE_MISSING', path, 'expected a file, got none', { cause });
    throw new ViewforgeError('FILE_READ', path, `expected a file that can be read, got: ${message}`, { cause });
  }
}
