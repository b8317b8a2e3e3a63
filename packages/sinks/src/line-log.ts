import { type FileHandle, open } from 'node:fs/promises';
import { ViewforgeError } from '@viewforge/core';
import { codeOf, readFailure, writeFailure } from './file-failure.ts';

/** A growing file of lines, such as JSON lines, that knows how many of its bytes are complete. */
export interface LineLog {
  /** Adds lines, each without its line feed. Throws RangeError for a line that holds one, ViewforgeError (FILE_WRITE). */
  append(lines: readonly string[]): Promise<void>;
  /** Bytes that belong to complete lines: where to go on after an interruption. */
  offset(): number;
  /** Puts everything so far on the disk. */
  flush(): Promise<void>;
  /** Closes the file, which stays as it is; calling it twice is fine. */
  close(): Promise<void>;
}

/**
 * Opens a log to append to, made when it is not there. Everything behind `offset` bytes (0 when left out) is cut off: what an
 * interrupted run wrote after its checkpoint. Appends must not overlap: await each.
 * Throws ViewforgeError: CHECKPOINT when the file is shorter than `offset`, FILE_WRITE when it cannot be written.
 */
export async function openLineLog(path: string, { offset = 0 }: { readonly offset?: number } = {}): Promise<LineLog> {
  const file = await openAt(path, offset);
  let end = offset;
  let isOpen = true;
  const guarded = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      throw writeFailure(path, cause);
    }
  };
  return {
    async append(lines) {
      const broken = lines.find((line) => line.includes('\n'));
      if (broken !== undefined) throw new RangeError(`append: expected lines without a line feed, got ${JSON.stringify(broken)}`);
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      await guarded(() => writeAll(file, bytes, end));
      end += bytes.length;
    },
    offset: () => end,
    flush: () => guarded(() => file.sync()),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await guarded(() => file.close());
    },
  };
}

/** The complete lines of a file, without their line feeds; a last line without one is left out. Throws FILE_MISSING or FILE_READ. */
export async function* readLines(path: string): AsyncGenerator<string, void, undefined> {
  try {
    const file = await open(path, 'r');
    try {
      let rest = '';
      for await (const chunk of file.createReadStream({ encoding: 'utf8', autoClose: false })) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop()!;
        yield* lines;
      }
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw readFailure(path, cause);
  }
}

/** Writes all bytes from `position` on, however many calls that takes. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, 2 ** 30), position + done);
    done += bytesWritten;
  }
}

async function openAt(path: string, offset: number): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, offset === 0 ? 'w' : 'r+');
    const { size } = await file.stat();
    if (size < offset) throw tooShort(path, offset, `${size}`);
    await file.truncate(offset);
    return file;
  } catch (cause) {
    await file?.close();
    if (cause instanceof ViewforgeError) throw cause;
    throw offset > 0 && codeOf(cause) === 'ENOENT' ? tooShort(path, offset, 'no file') : writeFailure(path, cause);
  }
}

function tooShort(path: string, offset: number, got: string): ViewforgeError {
  return new ViewforgeError('CHECKPOINT', path, `expected the ${offset} bytes of an interrupted run, got ${got}`);
}
