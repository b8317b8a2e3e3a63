import { createHash, randomUUID } from 'node:crypto';
import { constants, readFileSync, statSync } from 'node:fs';
import { access, appendFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { ViewforgeError } from '@viewforge/core';
import { decoderVersions } from '@viewforge/image';
import { type Pixels, pixels } from '@viewforge/tensor';

/** Decoded pixels of image files, kept in a folder. */
export interface PixelCache {
  /** Where the pixels of a file are kept, as the file is now; undefined when there is no such file. */
  find(file: string): CachePlace | undefined;
}

/** What is kept of one file. */
export interface CachePlace {
  /** The pixels, unless nothing is kept, or only those of another state of the file, or they are damaged. */
  read(): Pixels | undefined;
  /** Keeps the pixels of an item in place of what was kept, if there is room. Rejects with ViewforgeError (FILE_WRITE). */
  write(decoded: Pixels, item: string): Promise<void>;
}

/** Bytes before the text that says what is kept: a name, height, width, checksum of the pixels, length of the text. */
const headLength = 24;
const magic = 'VFPIXEL1';
/** What files take on disk is counted in blocks of so many bytes. */
const block = 4096;

/**
 * A cache in `folder`, which is made if need be. What is kept of a file is valid as long as path, size and time of change of
 * the file, versions of the decoders and `reading` (everything else that decides the pixels) are the same; otherwise it is
 * written anew. It takes 3 bytes a pixel. Nothing more is written when all that was ever written takes `limit` bytes;
 * emptying the folder starts over. Any number of threads and processes may use a folder at a time. Rejects with
 * ViewforgeError (FILE_WRITE) when the folder cannot be written.
 */
export async function openPixelCache(folder: string, limit: number, reading: object): Promise<PixelCache> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw cannotWrite(folder, cause);
  });
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw cannotWrite(folder, cause);
  });
  const how = JSON.stringify({ reading, versions: await decoderVersions() });
  return {
    find(file) {
      const path = resolve(file);
      const found = statOf(path);
      if (found === undefined) return undefined;
      const entry = entryPath(folder, path);
      const key = Buffer.from(JSON.stringify([path, found.size, found.mtimeMs, how]));
      return {
        read: () => readEntry(entry, key),
        write: async (decoded, item) => {
          const bytes = entryOf(decoded, key);
          try {
            if (await takeRoom(folder, bytes.length, limit)) await writeEntry(entry, bytes);
          } catch (cause) {
            throw cannotWrite(entry, cause, item);
          }
        },
      };
    },
  };
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined; // reading the file tells why
  }
}

/** One place a file, whatever its state, so that stale pixels are replaced; in 256 folders, as large ones are slow. */
function entryPath(folder: string, path: string): string {
  const name = createHash('sha256').update(path).digest('hex');
  return join(folder, name.slice(0, 2), `${name.slice(2, 34)}.pixels`);
}

function readEntry(entry: string, key: Uint8Array): Pixels | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(entry); // on this thread: half the time of waiting for another
  } catch {
    return undefined; // nothing is kept; where something is in the way, writing tells
  }
  if (bytes.length < headLength || bytes.toString('latin1', 0, 8) !== magic) return undefined;
  const [height, width, checksum, keyLength] = [8, 12, 16, 20].map((at) => bytes.readUInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  const start = headLength + keyLength;
  if (bytes.length !== start + height * width * 3 || !bytes.subarray(headLength, start).equals(key)) return undefined;
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + start, height * width * 3);
  return crc32(data) === checksum ? pixels(data, height, width, 3) : undefined;
}

/** The bytes of an entry for interleaved pixels. */
function entryOf({ data, offset, shape, stride }: Pixels, key: Uint8Array): Buffer {
  const [channels, height, width] = shape as [number, number, number];
  if (channels !== 3 || stride[0] !== 1 || stride[2] !== 3 || stride[1] !== width * 3)
    throw new RangeError(`pixelCache: expected interleaved RGB pixels, got [${shape}] with strides [${stride}]`);
  const rgb = data.subarray(offset, offset + height * width * 3);
  const head = Buffer.alloc(headLength, magic, 'latin1');
  [height, width, crc32(rgb), key.length].forEach((value, i) => {
    head.writeUInt32LE(value, 8 + 4 * i);
  });
  return Buffer.concat([head, key, rgb]);
}

/**
 * Whether so many bytes more may be written. The file "written" grows by one byte for every block that anybody writes, so
 * that its length tells what the folder takes without a look at the other files. Several at a time may pass the limit by one
 * file each.
 */
async function takeRoom(folder: string, bytes: number, limit: number): Promise<boolean> {
  const ledger = join(folder, 'written');
  const blocks = Math.ceil(bytes / block);
  const taken = await stat(ledger).then(
    ({ size }) => size,
    () => 0,
  );
  if ((taken + blocks) * block > limit) return false;
  await mkdir(folder, { recursive: true }); // it may have been deleted, to start over
  await appendFile(ledger, Buffer.alloc(blocks, '.'));
  return true;
}

/** All at once: a reader sees what was there before or all of this. */
async function writeEntry(entry: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(entry), { recursive: true });
  const temporary = join(dirname(entry), `.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, bytes, { flag: 'wx' });
    await rename(temporary, entry);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {}); // the first error tells more
    throw cause;
  }
}

function cannotWrite(where: string, cause: unknown, item?: string): ViewforgeError {
  const message = `expected a folder for decoded images that can be written, got: ${(cause as Error).message}`;
  return new ViewforgeError('FILE_WRITE', where, message, { cause, ...(item !== undefined && { item }) });
}
