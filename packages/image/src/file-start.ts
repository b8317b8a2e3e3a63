import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ImageError } from './image-error.ts';

/** The beginning of a file. */
export interface FileStart {
  readonly bytes: Uint8Array;
  /** Whether these are all bytes of the file. */
  readonly isWhole: boolean;
}

/** Most photographs for training are smaller: they are read once, and larger ones once more. */
const startLength = 2 ** 20;

/**
 * The first mebibyte of a file; bytes are given back as they are. Reading does not wait for another thread: a file in the
 * system's cache takes a fifth of the time that way, and a worker has its own thread. Throws ImageError: FILE_MISSING,
 * FILE_READ.
 */
export function readStart(file: string | Uint8Array, where: string): FileStart {
  if (typeof file !== 'string') return { bytes: file, isWhole: true };
  let opened: number | undefined;
  try {
    // a named pipe must not be waited for
    opened = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = fstatSync(opened);
    if (!found.isFile()) throw new ImageError('FILE_READ', where, 'expected a file, got a directory or device');
    const bytes = new Uint8Array(Math.min(found.size, startLength));
    return { bytes: fill(opened, bytes), isWhole: found.size <= startLength };
  } catch (error) {
    throw fileError(error, where);
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

/** All bytes of a file whose beginning was read. Rejects with ImageError: FILE_MISSING, FILE_READ. */
export async function readWhole(file: string | Uint8Array, { bytes, isWhole }: FileStart, where: string): Promise<Uint8Array> {
  if (typeof file !== 'string' || isWhole) return bytes;
  return await readFile(file).catch((error: unknown) => {
    throw fileError(error, where);
  });
}

/** The reason of a foreign error in one line. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replace(/\s*\n\s*/g, '; ');
}

/** In place: `bytes` from the file, as far as it goes. */
function fill(file: number, bytes: Uint8Array): Uint8Array {
  let at = 0;
  for (let read = -1; read !== 0 && at < bytes.length; at += read) read = readSync(file, bytes, at, bytes.length - at, at);
  return bytes.subarray(0, at);
}

function fileError(error: unknown, where: string): ImageError {
  if (error instanceof ImageError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new ImageError('FILE_MISSING', where, 'expected a file, got none', error);
  return new ImageError('FILE_READ', where, `expected a readable file, got ${reasonOf(error)}`, error);
}
