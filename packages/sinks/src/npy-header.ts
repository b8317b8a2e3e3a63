import { ViewforgeError } from '@viewforge/core';
import { npyPrefixLength, type NpyHeader, readNpyHeader as readHeader } from '@viewforge/tensor';

export { bytesPerElement, dataOf, elementTypeOf, type NpyData, npyHeader, type NpyType } from '@viewforge/tensor';

/** Length of the header of a file that begins with these 12 bytes. Throws ViewforgeError (FILE_FORMAT) when it is not `.npy` 1 to 3. */
export function prefixLength(bytes: Uint8Array, where: string): number {
  return named(where, () => npyPrefixLength(bytes));
}

/** The header of a `.npy` file. Throws ViewforgeError (FILE_FORMAT): other bytes, another type of elements, byte order or layout. */
export function readNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  return named(where, () => readHeader(bytes));
}

function named<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ViewforgeError('FILE_FORMAT', where, cause.message, { cause });
  }
}
