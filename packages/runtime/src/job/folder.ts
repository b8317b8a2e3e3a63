import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { ViewforgeError } from '@viewforge/core';
import { scoreFiles } from '@viewforge/report';
import { removeTemporaries } from '@viewforge/sinks';

/** Files and folders of a job's output folder. */
export const resultNames = Object.freeze({
  recipe: 'recipe.json',
  summary: 'summary.json',
  trace: 'trace.jsonl',
  sheet: 'views.png',
  embeddings: 'embeddings',
  losses: 'losses.jsonl',
  quarantine: 'quarantine.jsonl',
  scores: scoreFiles.lines,
  scoreSummary: scoreFiles.summary,
  scorePage: scoreFiles.page,
  /** What a job needs to go on; gone when it is finished. */
  unfinished: 'unfinished',
});

/** What an output folder holds: nothing of ours, a job that can go on, or a finished one. */
export type FolderState = 'empty' | 'unfinished' | 'finished';

/** What the folder holds. Throws USAGE when it has files that no job wrote. */
export async function folderState(output: string): Promise<FolderState> {
  const entries = await readdir(output).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw new ViewforgeError('FILE_WRITE', output, `expected a folder for results, got: ${error.message}`, { cause: error });
  });
  if (entries.includes(resultNames.unfinished)) return 'unfinished';
  if (entries.includes(resultNames.summary)) return 'finished';
  if (entries.length > 0) {
    throw new ViewforgeError(
      'USAGE',
      output,
      `expected a new or empty folder for results, got one with ${entries.length} other files`,
    );
  }
  return 'empty';
}

/** Throws USAGE for an output folder inside the folder that images are taken from: the next job would take its results for data. */
export function checkOutside(images: string, output: string): void {
  const below = relative(images, output);
  if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) return;
  throw new ViewforgeError('USAGE', output, `expected a folder for results outside of the images in ${images}, got one inside`);
}

/** How a job begins in its output folder. */
export type JobStart = 'start' | 'resume' | 'finished';

/** How a job begins; nothing is changed yet. Throws USAGE when earlier results would be lost and `overwrite` does not say so. */
export async function decideStart(output: string, resume: boolean, overwrite: boolean): Promise<JobStart> {
  const state = await folderState(output);
  if (resume && state === 'unfinished') return 'resume';
  if (resume && state === 'finished' && !overwrite) return 'finished';
  if (state === 'empty' || overwrite) return 'start';
  const [what, how] = state === 'finished' ? ['a finished', ''] : ['an unfinished', 'resume it, '];
  throw new ViewforgeError(
    'USAGE',
    output,
    `expected a new or empty folder for results, got one with ${what} job; ${how}choose another folder, or overwrite it`,
  );
}

/** Takes away what a job left that has nothing to go on with, and the folder, when nothing else is in it. */
export async function abandonFolder(output: string): Promise<void> {
  await removeResults(output);
  await rmdir(output).catch(() => {}); // somebody else's files stay
}

/** Makes the folders of a job, without any earlier results. */
export async function clearFolder(output: string): Promise<void> {
  await removeResults(output);
  for (const name of [resultNames.embeddings, resultNames.unfinished]) await makeFolder(join(output, name));
}

async function removeResults(output: string): Promise<void> {
  await removeTemporaries(output);
  for (const name of Object.values(resultNames)) await rm(join(output, name), { recursive: true, force: true });
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: Error) => {
    throw new ViewforgeError('FILE_WRITE', path, `expected a folder that can be written, got: ${cause.message}`, { cause });
  });
}
