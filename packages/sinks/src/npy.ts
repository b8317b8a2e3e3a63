import { type FileHandle, open } from 'node:fs/promises';
import { ViewforgeError } from '@viewforge/core';
import { elements, type Tensor, values } from '@viewforge/tensor';
import { codeOf, readFailure } from './file-failure.ts';
import { bytesPerElement, dataOf, elementTypeOf, type NpyData, npyHeader, prefixLength, readNpyHeader } from './npy-header.ts';
import { writeAtomically } from './write-atomically.ts';

/** An array as `.npy` files hold it: row-major elements. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** As many elements as the shape holds. */
  readonly data: NpyData;
}

/**
 * The bytes of a `.npy` file, version 1.0, little-endian, C order; a strided tensor is brought in row-major order.
 * Throws RangeError when the shape does not hold exactly the elements.
 */
export function encodeNpy(array: NpyArray | Tensor): Uint8Array {
  const { shape } = array;
  const data = 'stride' in array ? values(array) : array.data;
  if (elements(shape) !== data.length)
    throw new RangeError(`encodeNpy: shape [${shape}] holds ${elements(shape)} elements, got ${data.length}`);
  const header = npyHeader(elementTypeOf(data), shape);
  const result = new Uint8Array(header.length + data.byteLength);
  result.set(header);
  result.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return result;
}

/**
 * The array in the bytes of a `.npy` file of version 1, 2 or 3: little-endian float32, float64, int32, int64 or uint8 in C order.
 * Throws ViewforgeError (FILE_FORMAT), naming `where`, for anything else and for too few or too many bytes.
 */
export function decodeNpy(bytes: Uint8Array, where = 'npy'): NpyArray {
  const { type, shape, start } = readNpyHeader(bytes, where);
  const length = checkedLength(type, shape, bytes.length - start, where);
  const own = bytes.slice(start, start + length); // aligned, whatever the header's length
  return { shape, data: dataOf(type, own.buffer) };
}

/** The array of a `.npy` file, as `decodeNpy` gives it. Throws ViewforgeError: FILE_MISSING, FILE_READ or FILE_FORMAT, naming the path. */
export async function readNpy(path: string): Promise<NpyArray> {
  try {
    const file = await open(path, 'r');
    try {
      const head = await readPart(file, 0, 12, path);
      const header = await readPart(file, 0, prefixLength(head, path), path);
      const { type, shape, start } = readNpyHeader(header, path);
      // the length is known to be right before memory is taken for it
      const length = checkedLength(type, shape, (await file.stat()).size - start, path);
      return { shape, data: dataOf(type, (await readPart(file, start, length, path)).buffer) };
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw codeOf(cause) === undefined ? cause : readFailure(path, cause);
  }
}

/** Writes an array as `.npy`, put in place all at once. Throws ViewforgeError (FILE_WRITE) that names the path. */
export async function writeNpy(path: string, array: NpyArray | Tensor): Promise<void> {
  await writeAtomically(path, encodeNpy(array));
}

function checkedLength(type: Parameters<typeof dataOf>[0], shape: readonly number[], got: number, where: string): number {
  const expected = elements(shape) * bytesPerElement(type);
  if (expected !== got)
    throw new ViewforgeError('FILE_FORMAT', where, `expected ${expected} bytes of [${shape}] ${type}, got ${got}`);
  return expected;
}

async function readPart(file: FileHandle, start: number, length: number, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, 2 ** 30), start + done);
    if (bytesRead === 0)
      throw new ViewforgeError('FILE_FORMAT', path, `expected at least ${start + length} bytes, got ${start + done}`);
    done += bytesRead;
  }
  return bytes;
}
