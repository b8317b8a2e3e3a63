import { readFile } from 'node:fs/promises';
import { type Running, type Vectors, ViewforgeError } from '@viewforge/core';
import { digestOf, writeJson } from '@viewforge/sinks';

const kind = 'viewforge exact index 1';

/** Writes what an exact index has to keep: which rows it is of. Throws ViewforgeError (FILE_WRITE) that names the path. */
export async function saveRows(path: string, vectors: Vectors, running: Running): Promise<void> {
  await writeJson(path, { kind, rows: await digestOf(vectors, running) });
}

/** Throws ViewforgeError: FILE_MISSING, or FILE_FORMAT for a file that `saveRows` did not write of these rows. */
export async function checkRows(path: string, vectors: Vectors, running: Running): Promise<void> {
  const saved = await readSaved(path);
  if (saved !== JSON.stringify({ kind, rows: await digestOf(vectors, running) })) {
    throw new ViewforgeError('FILE_FORMAT', path, 'expected an exact index of these rows, got another file');
  }
}

async function readSaved(path: string): Promise<string> {
  try {
    return JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (isMissing) throw new ViewforgeError('FILE_MISSING', path, 'expected a file, got none', { cause });
    throw new ViewforgeError('FILE_FORMAT', path, 'expected an exact index, got another file', { cause });
  }
}
