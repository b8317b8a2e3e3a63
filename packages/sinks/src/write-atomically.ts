import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFailure } from './file-failure.ts';

/**
 * Puts a file in place all at once: the bytes (text as UTF-8) go to a hidden file in the same folder, to the disk, and only then
 * get the name. A crash leaves either the file of before or this one, and perhaps the hidden one. Replaces what was there; the folder must exist.
 * Throws ViewforgeError (FILE_WRITE) that names the path, and leaves nothing behind.
 */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`); // short, as the name itself may be as long as names can be
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {}); // the first error tells more
    throw writeFailure(path, cause);
  }
}

/** Takes away the hidden files in a folder that a process left when it was killed while it wrote. */
export async function removeTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []); // no folder, no files
  for (const name of names) if (/^\.[0-9a-f-]{36}\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
}

/** Gives a complete, closed file its final name in one step. Throws ViewforgeError (FILE_WRITE) that names `path`. */
export async function moveIntoPlace(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/** A rename lasts through a power cut only when its folder is on the disk, too; not every system can be asked for that. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch {
    // the file itself is complete and in place
  } finally {
    await handle?.close();
  }
}
