import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Running, ViewforgeError } from '@viewforge/core';

/** Which files to list. */
export interface FileChoice {
  readonly recursive: boolean;
  /** Whether a file of this name is listed. */
  isTaken(name: string): boolean;
}

/**
 * Paths of files below `root`, with '/', in no certain order. Names that begin with a dot are passed over. Links are followed:
 * one to a file counts as a file, also when nothing is behind it, so that opening it tells; one to a folder as a folder.
 * Throws ViewforgeError: FILE_MISSING or FILE_READ that names the folder, FILE_READ for a link to a folder it lies in.
 */
export async function listFiles(root: string, choice: FileChoice, running: Running): Promise<string[]> {
  const found: string[] = [];
  const visit = async (below: string, above: readonly string[]): Promise<void> => {
    running.signal.throwIfAborted();
    const folder = join(root, below);
    const { real, entries } = await readFolder(folder);
    if (above.includes(real))
      throw new ViewforgeError('FILE_READ', folder, 'expected a folder, got a link to one that it lies in');
    for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      const kind = await kindOf(entry, join(folder, entry.name));
      if (kind === 'folder' && choice.recursive) await visit(path, [...above, real]);
      if (kind === 'file' && choice.isTaken(entry.name)) found.push(path);
    }
  };
  await visit('', []);
  return found;
}

async function readFolder(folder: string): Promise<{ readonly real: string; readonly entries: readonly Dirent[] }> {
  try {
    return { real: await realpath(folder), entries: await readdir(folder, { withFileTypes: true }) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new ViewforgeError('FILE_MISSING', folder, 'expected a folder, got none', { cause });
    throw new ViewforgeError('FILE_READ', folder, `expected a folder that can be read, got: ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function kindOf(entry: Dirent, path: string): Promise<'file' | 'folder' | 'other'> {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (!entry.isSymbolicLink()) return 'other';
  const target = await stat(path).catch(() => undefined);
  if (target === undefined || target.isFile()) return 'file';
  return target.isDirectory() ? 'folder' : 'other';
}
