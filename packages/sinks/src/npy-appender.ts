import { type FileHandle, open, rename } from 'node:fs/promises';
import { ViewforgeError } from '@viewforge/core';
import { elements, type Tensor, values } from '@viewforge/tensor';
import { codeOf, writeFailure } from './file-failure.ts';
import { writeAll } from './line-log.ts';
import { bytesPerElement, elementTypeOf, type NpyData, type NpyType, npyHeader } from './npy-header.ts';
import { moveIntoPlace } from './write-atomically.ts';

/** A `.npy` file [n, ...row] that grows row by row. Until `finish` it is called `<path>.partial`. */
export interface NpyAppender {
  /** Adds rows: any whole number of them, row-major. Throws RangeError for other elements, ViewforgeError (FILE_WRITE). */
  append(rows: NpyData | Tensor): Promise<void>;
  /** Rows so far: where to go on after an interruption. */
  rows(): number;
  /** Puts everything so far on the disk. */
  flush(): Promise<void>;
  /** Writes the final number of rows, puts the file on the disk and under its name, and closes it. */
  finish(): Promise<void>;
  /** Closes the file and leaves the partial one for later; nothing after `finish`. Calling it twice is fine. */
  close(): Promise<void>;
}

/** What a file of rows holds. */
export interface NpyRows {
  /** Shape of one row: [d] for features; [] for a column of numbers. */
  readonly row: readonly number[];
  /** Elements; 'f32' when left out. */
  readonly type?: NpyType;
  /** Rows to keep of an interrupted run; the others are cut off. 0, the default, starts anew. */
  readonly resumeAt?: number;
}

/**
 * Opens a `.npy` file to append rows to. Appends must not overlap: await each. A file that was already finished is taken up
 * again like a partial one. Throws ViewforgeError: CHECKPOINT when there are fewer rows than `resumeAt`, FILE_WRITE.
 */
export async function openNpyAppender(path: string, { row, type = 'f32', resumeAt = 0 }: NpyRows): Promise<NpyAppender> {
  const rowBytes = elements(row) * bytesPerElement(type);
  if (rowBytes === 0) throw new RangeError(`openNpyAppender: expected a row of at least one element, got [${row}]`);
  const room = npyHeader(type, [Number.MAX_SAFE_INTEGER, ...row]).length; // the same for any number of rows
  const partial = `${path}.partial`;
  const file = await openAt(path, partial, resumeAt, room + resumeAt * rowBytes);
  let count = resumeAt;
  let isOpen = true;
  const guarded = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      throw cause instanceof ViewforgeError ? cause : writeFailure(path, cause);
    }
  };
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await guarded(() => file.close());
  };
  const writeHeader = () => guarded(() => writeAll(file, npyHeader(type, [count, ...row], room), 0));
  if (resumeAt === 0) await writeHeader();
  return {
    async append(rows) {
      const bytes = bytesOf(rows, type, row);
      await guarded(() => writeAll(file, bytes, room + count * rowBytes));
      count += bytes.length / rowBytes;
    },
    rows: () => count,
    flush: () => guarded(() => file.sync()),
    async finish() {
      await writeHeader();
      await guarded(() => file.sync());
      await close();
      await moveIntoPlace(partial, path);
    },
    close,
  };
}

function bytesOf(rows: NpyData | Tensor, type: NpyType, row: readonly number[]): Uint8Array {
  const data = 'stride' in rows ? values(rows) : rows;
  if (elementTypeOf(data) !== type || data.length % elements(row) !== 0) {
    throw new RangeError(`append: expected rows of [${row}] ${type}, got ${data.length} elements of ${elementTypeOf(data)}`);
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

async function openAt(path: string, partial: string, rows: number, length: number): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    file = await (rows === 0 ? open(partial, 'w') : openEarlier(path, partial));
    const { size } = await file.stat();
    if (rows > 0 && size < length) throw tooShort(path, rows, `${size} bytes instead of ${length}`);
    await file.truncate(rows === 0 ? 0 : length);
    return file;
  } catch (cause) {
    await file?.close();
    if (cause instanceof ViewforgeError) throw cause;
    throw rows > 0 && codeOf(cause) === 'ENOENT' ? tooShort(path, rows, 'no file') : writeFailure(path, cause);
  }
}

async function openEarlier(path: string, partial: string): Promise<FileHandle> {
  try {
    return await open(partial, 'r+');
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause;
    await rename(path, partial);
    return await open(partial, 'r+');
  }
}

function tooShort(path: string, rows: number, got: string): ViewforgeError {
  return new ViewforgeError('CHECKPOINT', path, `expected the ${rows} rows of an interrupted run, got ${got}`);
}
