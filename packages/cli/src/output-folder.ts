import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ViewforgeError } from '@viewforge/core';
import { findConfig, folderState, resultNames } from '@viewforge/runtime';

/** Where results go when nothing is said: numbered folders in here. */
const home = 'viewforge-out';

/** What the command line says of the output. */
export interface OutputChoice {
  readonly out?: string;
  readonly resume?: boolean;
  readonly data?: string;
  readonly config?: string;
}

/** An interrupted run that is to be gone on with as it was begun: its folder, and the recipe stored there. */
export interface Interrupted {
  readonly output: string;
  readonly config: string;
}

/**
 * The run that `--resume` means when no data and no configuration are named; undefined when there is none.
 * Throws USAGE when `--out` has none and nothing else says what to begin in it.
 */
export async function findInterrupted(
  { out, resume, data, config }: OutputChoice,
  folder: string,
): Promise<Interrupted | undefined> {
  if (!resume || data !== undefined || config !== undefined) return undefined;
  const output = out ?? (await latestUnfinished(folder));
  const stored = output === undefined ? undefined : resolve(folder, output, resultNames.recipe);
  if (output !== undefined && stored !== undefined && existsSync(stored)) return { output, config: stored };
  if (out === undefined || (await findConfig(folder)) !== undefined) return undefined;
  throw new ViewforgeError(
    'USAGE',
    '--resume',
    `expected an interrupted run in ${out}, got none; begin one with --data or --config`,
  );
}

/**
 * The output folder of a run, absolute: what the command line says, or the recipe, or the next free numbered folder.
 * Throws USAGE when nothing says what is to be resumed.
 */
export async function outputFolder({ out, resume }: OutputChoice, ofRecipe: string | undefined, folder: string): Promise<string> {
  const said = out ?? ofRecipe;
  if (said !== undefined) return resolve(folder, said);
  if (!resume) return resolve(folder, await nextFree(folder));
  throw new ViewforgeError('USAGE', '--resume', `expected an interrupted run in ${home}, got none; name its folder with --out`);
}

/** A path as seen from `folder` where it lies below, otherwise as it is. */
export function shorten(folder: string, path: string): string {
  const short = relative(folder, path);
  return short.startsWith('..') || short === '' ? path : short;
}

async function nextFree(folder: string): Promise<string> {
  const highest = (await numbered(folder)).at(-1) ?? '000';
  return join(home, String(Number(highest) + 1).padStart(3, '0'));
}

async function latestUnfinished(folder: string): Promise<string | undefined> {
  for (const name of (await numbered(folder)).reverse()) {
    const path = join(home, name);
    if ((await folderState(resolve(folder, path)).catch(() => 'other')) === 'unfinished') return path;
  }
  return undefined;
}

async function numbered(folder: string): Promise<string[]> {
  const names = await readdir(resolve(folder, home)).catch(() => []);
  return names.filter((name) => /^\d{3,}$/.test(name)).sort((a, b) => Number(a) - Number(b));
}
