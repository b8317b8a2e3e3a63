import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Json, ViewforgeError } from '@viewforge/core';
import { moveIntoPlace } from '@viewforge/sinks';

/** What a saved index is of. */
export interface IndexFacts {
  /** Digest of the rows. */
  readonly rows: string;
  readonly options: object;
}

/**
 * A file is what the library wrote, and behind it the facts as JSON and an end of 56 bytes: how long the facts are (8, little-endian), what the file is
 * (16), the SHA-256 of everything before (32). The library reads from the front and does not look at what follows.
 */
const mark = Buffer.from('viewforge usr 1\n');
const endLength = 8 + mark.length + 32;

/** Lets `save` write a file, adds the end, and puts it in place all at once. Throws ViewforgeError (FILE_WRITE). */
export async function writeIndexFile(path: string, facts: IndexFacts, save: (path: string) => void): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    save(temporary);
    const text = Buffer.from(JSON.stringify(facts));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    const front = Buffer.concat([text, length, mark]);
    const hash = (await hashOf(temporary, undefined)).update(front).digest();
    const file = await open(temporary, 'a');
    try {
      await file.appendFile(Buffer.concat([front, hash]));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {}); // the first error tells more
    throw new ViewforgeError('FILE_WRITE', path, `expected a file that can be written, got: ${reasonOf(cause)}`, { cause });
  }
  await moveIntoPlace(temporary, path);
}

/**
 * Lets `load` read a file after all of it was checked: that it is whole, and of these facts. Throws ViewforgeError: FILE_MISSING, FILE_READ, or
 * FILE_FORMAT for a file that is damaged, foreign, or of other rows or options.
 */
export async function readIndexFile(path: string, facts: IndexFacts, load: (path: string) => void): Promise<void> {
  const found = await checkedFacts(path);
  for (const key of ['rows', 'options'] as const) {
    if (JSON.stringify(found[key]) === JSON.stringify(facts[key])) continue;
    throw new ViewforgeError('FILE_FORMAT', path, `expected an index of these ${key}, got one of others; build it again`);
  }
  load(path);
}

async function checkedFacts(path: string): Promise<Record<string, Json>> {
  const file = await openToRead(path);
  try {
    const { size } = await file.stat();
    const end = Buffer.alloc(endLength);
    if (size < endLength) throw foreign(path, `${size} bytes`);
    await file.read(end, 0, endLength, size - endLength);
    const length = Number(end.readBigUInt64LE(0));
    if (!end.subarray(8, 8 + mark.length).equals(mark) || length > size - endLength) throw foreign(path, 'another file');
    const hash = (await hashOf(path, size - 32)).digest();
    if (!hash.equals(end.subarray(endLength - 32))) throw foreign(path, 'one that was damaged');
    const text = Buffer.alloc(length);
    await file.read(text, 0, length, size - endLength - length);
    return JSON.parse(text.toString('utf8')) as Record<string, Json>;
  } finally {
    await file.close();
  }
}

function foreign(path: string, got: string): ViewforgeError {
  return new ViewforgeError('FILE_FORMAT', path, `expected an index that was saved, got ${got}`);
}

async function openToRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (isMissing) throw new ViewforgeError('FILE_MISSING', path, 'expected a file, got none', { cause });
    throw new ViewforgeError('FILE_READ', path, `expected a file that can be read, got: ${reasonOf(cause)}`, { cause });
  }
}

/** Of the first `length` bytes of a file, or of all. */
async function hashOf(path: string, length: number | undefined): Promise<Hash> {
  const hash = createHash('sha256');
  if (length === 0) return hash;
  const stream = createReadStream(path, length === undefined ? {} : { end: length - 1 });
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
