import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Running, type Vectors, ViewforgeError } from '@viewforge/core';
import { readBlocks, removeTemporaries, writeJson } from '@viewforge/sinks';
import { values } from '@viewforge/tensor';
import { isOwnExact } from './exact-index.ts';
import { blocksFolder, type CorpusReport, type Mining, miningFiles } from './mining.ts';

/** What names a mining: the same rows and choices give the same job, and the same job the same bytes. */
export interface MiningJob {
  readonly version: 1;
  readonly rows: string;
  readonly queries: string;
  readonly choices: string;
  readonly unusable: CorpusReport['unusable'];
  /** Queries of one block. */
  readonly blockRows: number;
}

/** Reads all rows once and names the job. */
export async function jobOf(mining: Mining, blockRows: number, running: Running): Promise<MiningJob> {
  const rows = await survey(mining.vectors, running);
  const queries = mining.queries === undefined ? rows : await survey(mining.queries, running);
  const unusable = { rows: rows.unusable, queries: queries.unusable };
  const own = mining.queries === undefined ? 'rows' : queries.digest;
  return { version: 1, rows: rows.digest, queries: own, choices: choicesOf(mining), unusable, blockRows };
}

/** What the folder of a mining holds: the job that was begun, or the report of one that is done, with its job. */
export interface Begun {
  readonly job: MiningJob;
  readonly report?: CorpusReport;
}

/**
 * Makes the folder ready. Gives what was begun there, with `resume`; otherwise undefined. Throws ViewforgeError: USAGE for a folder that is not empty,
 * without `resume`, or that holds other things, CHECKPOINT for one of another job, FILE_WRITE.
 */
export async function claimFolder({ folder, resume = false }: Mining, job: MiningJob): Promise<Begun | undefined> {
  const blocks = join(folder, blocksFolder);
  try {
    await mkdir(folder, { recursive: true });
    const names = await readdir(folder);
    if (!resume && names.length > 0) {
      throw new ViewforgeError('USAGE', folder, `expected a new or empty folder, got one with ${names[0]}; resume goes on in it`);
    }
    if (resume) await refuseOther(folder, names);
    await mkdir(blocks, { recursive: true });
  } catch (cause) {
    if (cause instanceof ViewforgeError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ViewforgeError('FILE_WRITE', folder, `expected to make this folder, got ${reason}`, { cause });
  }
  for (const each of [folder, blocks]) await removeTemporaries(each);
  const done = await readJson<{ job: MiningJob; report: CorpusReport }>(join(folder, miningFiles.report));
  const begun = done ?? (await readJson<{ job: MiningJob }>(join(blocks, 'job.json')));
  if (begun === undefined) await writeJson(join(blocks, 'job.json'), { job });
  else checkSame(folder, begun.job, job);
  return begun;
}

/** A folder of other things is not to be gone on in: what a mining leaves behind is removed in the end, and would be theirs. */
async function refuseOther(folder: string, names: readonly string[]): Promise<void> {
  const isBegun = names.includes(miningFiles.report) || existsSync(join(folder, blocksFolder, 'job.json'));
  if (isBegun) return;
  const inBlocks = names.includes(blocksFolder) ? await readdir(join(folder, blocksFolder)) : [];
  const other = [...names.filter((name) => name !== blocksFolder), ...inBlocks].find((name) => !name.endsWith('.tmp'));
  if (other === undefined) return;
  throw new ViewforgeError('USAGE', folder, `expected an interrupted mining or an empty folder, got one with ${other}`);
}

/** Takes away what an interrupted mining would need. */
export async function dropBlocks(folder: string): Promise<void> {
  await rm(join(folder, blocksFolder), { recursive: true, force: true });
}

function checkSame(folder: string, before: MiningJob | undefined, now: MiningJob): void {
  const names = { rows: 'rows', queries: 'queries', choices: 'choices', version: 'version' } as const;
  for (const [key, name] of Object.entries(names) as [keyof typeof names, string][]) {
    if (before?.[key] === now[key]) continue;
    throw new ViewforgeError('CHECKPOINT', folder, `expected the ${name} of the mining that was begun here, got others`);
  }
}

async function survey(vectors: Vectors, running: Running): Promise<{ digest: string; unusable: number }> {
  const hash = createHash('sha256').update(`${vectors.size} ${vectors.width}\n`);
  let unusable = 0;
  for await (const block of readBlocks(vectors, running)) {
    const data = values(block) as Float32Array;
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    for (let row = 0; row < block.shape[0]!; row++) {
      let sum = 0;
      for (let i = row * vectors.width; i < (row + 1) * vectors.width; i++) sum += data[i]! * data[i]!;
      if (!Number.isFinite(sum)) unusable++;
    }
  }
  return { digest: hash.digest('hex'), unusable };
}

/** A name for everything that is chosen. */
function choicesOf(mining: Mining): string {
  const { count, positiveCount = 1, positives = 'nearest', window = 0, lowest, highest, margin, index, reach } = mining;
  const origin = index === undefined || isOwnExact(index) ? 'exact' : (index.origin ?? index.name);
  const numbers = { count, positiveCount, positives, window, lowest, highest, margin, index: origin, reach };
  const hash = createHash('sha256').update(JSON.stringify(numbers));
  for (const name of ['labels', 'queryLabels', 'groups', 'queryGroups', 'pairs'] as const) {
    const list = mining[name];
    hash.update(`\n${name} ${list?.length}\n`);
    if (list !== undefined) hash.update(new Uint8Array(list.buffer, list.byteOffset, list.byteLength));
  }
  for (const name of ['ids', 'queryIds'] as const) hash.update(JSON.stringify([name, mining[name]]));
  return hash.digest('hex');
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return undefined; // not there yet: these files are put in place all at once
  }
}
