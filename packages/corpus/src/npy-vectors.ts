import { type Vectors, ViewforgeError } from '@viewforge/core';
import { npyPrefixLength, readNpyHeader } from '@viewforge/tensor';
import { joinVectors } from './join-vectors.ts';
import { bytesOf, openPartialFile, type PartialFile, type RowLayout, type RowType, rowsOfFile } from './row-file.ts';

/**
 * The rows of `.npy` files [n, d] of float64, float32 or float16, several files below each other; rows are read from the disk when they are
 * asked for, and given in float32. Throws ViewforgeError: FILE_MISSING, FILE_READ, FILE_FORMAT for other files, SHAPE for unequal widths.
 */
export async function npyVectors(path: string | readonly string[]): Promise<Vectors> {
  return joinVectors(await openAll(typeof path === 'string' ? [path] : path, openNpy));
}

/** Opens one after the other, and closes what is open where one cannot be. */
export async function openAll<T>(paths: readonly T[], openOne: (path: T) => Promise<Vectors>): Promise<Vectors[]> {
  const all: Vectors[] = [];
  try {
    for (const path of paths) all.push(await openOne(path));
    return all;
  } catch (cause) {
    for (const each of all) await each.close();
    throw cause;
  }
}

async function openNpy(path: string): Promise<Vectors> {
  const file = await openPartialFile(path);
  try {
    return rowsOfFile(file, await layoutOf(file));
  } catch (cause) {
    await file.close();
    throw cause instanceof RangeError ? new ViewforgeError('FILE_FORMAT', path, cause.message, { cause }) : cause;
  }
}

async function layoutOf(file: PartialFile): Promise<RowLayout> {
  const head = await file.bytes(0, Math.min(12, file.length));
  const bytes = await file.bytes(0, Math.min(file.length, npyPrefixLength(head)));
  const isHalf = new TextDecoder('latin1').decode(bytes).includes("'<f2'");
  const { type: found, shape, start } = readNpyHeader(isHalf ? asSingle(bytes) : bytes);
  const type = isHalf ? 'f16' : found;
  const [size, width] = shape;
  if (shape.length !== 2 || size === undefined || width === undefined || !isRowType(type)) {
    throw new ViewforgeError(
      'FILE_FORMAT',
      file.path,
      `expected float16, float32 or float64 of [n, d], got ${type} of [${shape}]`,
    );
  }
  const expected = start + size * width * bytesOf[type];
  if (expected !== file.length) {
    throw new ViewforgeError('FILE_FORMAT', file.path, `expected ${expected} bytes of [${shape}] ${type}, got ${file.length}`);
  }
  return { type, size, width, start };
}

function isRowType(type: string): type is RowType {
  return type in bytesOf;
}

/** A header of float16 as one of float32, which alone differs in its type: arrays of float16 are nowhere else in use. */
function asSingle(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.from(Buffer.from(bytes).toString('latin1').replace("'<f2'", "'<f4'"), 'latin1'));
}
