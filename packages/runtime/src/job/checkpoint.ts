import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { type Collection, type TraceHeader, ViewforgeError } from '@viewforge/core';
import { restoreState, saveState } from '@viewforge/pairings';
import type { Checkpoint, Threads } from '@viewforge/run';
import { writeAtomically } from '@viewforge/sinks';
import type { Recipe } from '../recipe.ts';
import { resultNames } from './folder.ts';

/** What must not change between the sessions of one job. */
export interface JobIdentity {
  readonly recipe: Recipe;
  readonly header: TraceHeader;
  /** Digest of the ids of all items. */
  readonly items: string;
}

/** Where a job stands after a batch. */
export interface LastStep {
  readonly run: Checkpoint;
  /** How much of each log belongs to the finished batches. */
  readonly offsets: Readonly<Record<string, number>>;
  readonly threads: Threads;
  /** Milliseconds worked so far. */
  readonly elapsed: number;
}

/** Where an interrupted job goes on. */
export interface JobCheckpoint extends JobIdentity, LastStep {}

const fileName = 'checkpoint.bin';

/** A checkpoint on disk: the pairing's state keeps its tensors, which a structured clone would make plain objects of. */
interface StoredCheckpoint extends Omit<JobCheckpoint, 'run'> {
  readonly run: Omit<Checkpoint, 'state'> & { readonly state: Uint8Array };
}

/**
 * Stores a checkpoint so that a crash leaves either the one before or this one.
 * Throws ViewforgeError (DOMAIN) for a pairing's state that is no plain data.
 */
export async function writeCheckpoint(output: string, checkpoint: JobCheckpoint): Promise<void> {
  const stored: StoredCheckpoint = { ...checkpoint, run: { ...checkpoint.run, state: saveState(checkpoint.run.state) } };
  await writeAtomically(join(output, resultNames.unfinished, fileName), serialize(stored));
}

/**
 * The checkpoint of an interrupted job; undefined when it was interrupted before its first.
 * Throws CHECKPOINT when it cannot be read, or belongs to another recipe, version or collection.
 */
export async function readCheckpoint(output: string, identity: JobIdentity): Promise<JobCheckpoint | undefined> {
  const path = join(output, resultNames.unfinished, fileName);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new ViewforgeError('FILE_READ', path, `expected a checkpoint that can be read, got: ${error.message}`, {
      cause: error,
    });
  });
  if (bytes === undefined) return undefined;
  const checkpoint = decode(bytes, path);
  for (const [what, before, now] of comparisons(checkpoint, identity)) {
    if (before !== now) {
      throw new ViewforgeError('CHECKPOINT', path, `expected the ${what} the job was begun with, ${before}, got ${now}`);
    }
  }
  return checkpoint;
}

/** A digest of the ids of a collection, in order. */
export function itemsDigest(collection: Collection): string {
  const hash = createHash('sha256');
  for (let index = 0; index < collection.size; index++) hash.update(`${JSON.stringify(collection.id(index))}\n`);
  return `${collection.size} items ${hash.digest('hex').slice(0, 16)}`;
}

function decode(bytes: Uint8Array, path: string): JobCheckpoint {
  try {
    const { run, ...rest } = deserialize(bytes) as StoredCheckpoint;
    return { ...rest, run: { ...run, state: restoreState(run.state) } };
  } catch (cause) {
    throw new ViewforgeError('CHECKPOINT', path, 'expected a checkpoint, got other bytes; start the job again', { cause });
  }
}

/** Everything but the number of workers, which changes no result, and where the results go. */
function comparisons(before: JobIdentity, now: JobIdentity): readonly (readonly [string, string, string])[] {
  const recipe = now.recipe as Readonly<Record<string, unknown>>;
  const earlier = before.recipe as Readonly<Record<string, unknown>>;
  const keys = [...new Set([...Object.keys(earlier), ...Object.keys(recipe)])];
  return [
    ...keys
      .filter((key) => !['workers', 'output', '$schema'].includes(key))
      .map((key) => [`"${key}"`, text(earlier[key]), text(recipe[key])] as const),
    ['versions', text(before.header), text(now.header)],
    ['collection', before.items, now.items],
  ];
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
