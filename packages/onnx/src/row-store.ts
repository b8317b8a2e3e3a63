import { createHash, randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { access, appendFile, mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ViewforgeError } from '@viewforge/core';

/** Records of bytes by name, kept in the files of a folder by any number of writers at a time. */
export interface RowStore {
  /** The bytes kept under a name; undefined where nothing is kept, or it is damaged. */
  get(name: string): Uint8Array | undefined;
  /** Keeps records of one length, unless the limit is reached or it was closed meanwhile. Rejects with ViewforgeError (FILE_WRITE). */
  put(records: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<void>;
  /** Ends the files; calling it twice is fine. */
  close(): Promise<void>;
}

/** Bytes before the records: the magic and the length of a record's content. */
const headLength = 16;
const magic = 'VFROWS01';
/** Bytes of a record besides its content: SHA-256 of the name, then the checksum behind the content. */
const keyLength = 32;
const sumLength = 4;
const ending = '.rows';

interface Segment {
  readonly file: number;
  readonly content: number;
}
interface Place {
  readonly segment: Segment;
  readonly at: number;
  /** Another record of the name, for when this one is damaged. */
  readonly other: Place | undefined;
}

/**
 * The records in `folder`, which is made if need be. Every store writes a file of its own, to which it only appends; what others wrote
 * before this one was opened is found. A record is found by the digest of its name and must agree with its checksum: one that was cut off or
 * damaged, and a file that is none of ours, is as if it were not there. Nothing is written where the folder `ledger`, which may serve
 * many stores, would take more than `limit` bytes. Rejects with ViewforgeError (FILE_WRITE).
 */
export async function openRowStore(folder: string, ledger: string, limit: number): Promise<RowStore> {
  await prepare(folder);
  const places = new Map<string, Place>();
  const segments: Segment[] = [];
  const found = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isFile() && each.name.endsWith(ending));
  for (const name of found.map((each) => each.name).sort()) {
    const segment = readSegment(join(folder, name), places);
    if (segment !== undefined) segments.push(segment);
  }
  const writers = new Map<number, Promise<Writer>>();
  let isClosed = false;
  const writerFor = (content: number): Promise<Writer> => {
    const found = writers.get(content) ?? openWriter(folder, content);
    writers.set(content, found);
    found.catch(() => writers.delete(content));
    return found;
  };
  return {
    get(name) {
      if (isClosed) return undefined;
      for (let place = places.get(keyOf(name)); place !== undefined; place = place.other) {
        const found = readRecord(place);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    async put(records) {
      const content = records[0]?.bytes.length ?? 0;
      const block = Buffer.concat(records.map(({ name, bytes }) => recordOf(name, bytes, content)));
      if (block.length === 0 || !(await takeRoom(ledger, block.length, limit))) return;
      if (isClosed) return; // a file that is opened now would be closed by nobody
      const writer = await writerFor(content);
      const at = await writer.append(block);
      const length = keyLength + content + sumLength;
      for (const [i, { name }] of records.entries()) addPlace(places, keyOf(name), writer, at + i * length);
    },
    async close() {
      isClosed = true;
      for (const { file } of segments.splice(0)) closeSync(file);
      const open = await Promise.allSettled(writers.values());
      writers.clear();
      places.clear();
      for (const each of open) if (each.status === 'fulfilled') await each.value.close();
    },
  };
}

async function prepare(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
}

/** In place: one more record of a name. */
function addPlace(places: Map<string, Place>, key: string, segment: Segment, at: number): void {
  places.set(key, { segment, at, other: places.get(key) });
}

/** In place: the places of all whole records of a file. Undefined for a file that is none of ours. */
function readSegment(path: string, places: Map<string, Place>): Segment | undefined {
  const file = openSync(path, 'r');
  const head = Buffer.alloc(headLength);
  if (readSync(file, head, 0, headLength, 0) < headLength || head.toString('latin1', 0, 8) !== magic) {
    closeSync(file);
    return undefined;
  }
  const segment = { file, content: head.readUInt32LE(8) };
  const length = keyLength + segment.content + sumLength;
  const key = Buffer.alloc(keyLength);
  for (let at = headLength, end = fstatSync(file).size; at + length <= end; at += length) {
    readSync(file, key, 0, keyLength, at);
    addPlace(places, key.toString('latin1'), segment, at);
  }
  return segment;
}

function readRecord({ segment: { file, content }, at }: Place): Uint8Array | undefined {
  const bytes = new Uint8Array(content + sumLength);
  if (readSync(file, bytes, 0, bytes.length, at + keyLength) < bytes.length) return undefined;
  const found = bytes.subarray(0, content);
  return crc32(found) === new DataView(bytes.buffer).getUint32(content, true) ? found : undefined;
}

function recordOf(name: string, bytes: Uint8Array, content: number): Buffer {
  if (bytes.length !== content) throw new RangeError(`rowStore: expected records of ${content} bytes, got ${bytes.length}`);
  const sum = Buffer.alloc(sumLength);
  sum.writeUInt32LE(crc32(bytes));
  return Buffer.concat([Buffer.from(keyOf(name), 'latin1'), bytes, sum]);
}

function keyOf(name: string): string {
  return createHash('sha256').update(name).digest().toString('latin1');
}

interface Writer extends Segment {
  /** Where the bytes begin in the file. */
  append(bytes: Buffer): Promise<number>;
  close(): Promise<void>;
}

/** A file of its own: nobody else appends to it, and a reader takes whole records only. */
async function openWriter(folder: string, content: number): Promise<Writer> {
  const path = join(folder, `${randomUUID()}${ending}`);
  const head = Buffer.alloc(headLength, magic, 'latin1');
  head.writeUInt32LE(content, 8);
  head.writeUInt32LE(0, 12);
  try {
    const handle: FileHandle = await open(path, 'wx+');
    await handle.writeFile(head);
    let end = headLength;
    let line: Promise<unknown> = Promise.resolve();
    return {
      file: handle.fd,
      content,
      append(bytes) {
        const at = end;
        end += bytes.length;
        const written = line.then(() => writeAll(handle, bytes, at, path));
        line = written.catch(() => {});
        return written.then(() => at);
      },
      async close() {
        await line;
        await handle.close();
      },
    };
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, at: number, path: string): Promise<void> {
  try {
    for (let done = 0; done < bytes.length; )
      done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/** What is counted in the ledger, in bytes: its length tells what was ever written, without a look at the files. */
const unit = 4096;

/** Whether so many bytes more may be written. Several at a time may pass the limit by one batch each. */
async function takeRoom(folder: string, bytes: number, limit: number): Promise<boolean> {
  const ledger = join(folder, 'written');
  const units = Math.ceil(bytes / unit);
  const taken = await stat(ledger).then(
    ({ size }) => size,
    () => 0,
  );
  if ((taken + units) * unit > limit) return false;
  await appendFile(ledger, Buffer.alloc(units, '.')).catch((cause: unknown) => {
    throw cannotWrite(ledger, cause);
  });
  return true;
}

function cannotWrite(where: string, cause: unknown): ViewforgeError {
  const message = `expected a folder for embeddings that can be written, got: ${(cause as Error).message}`;
  return new ViewforgeError('FILE_WRITE', where, message, { cause });
}
