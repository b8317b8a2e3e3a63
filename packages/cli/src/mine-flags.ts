import { readFile } from 'node:fs/promises';
import { type Registry, type VectorIndex, type Vectors, ViewforgeError } from '@viewforge/core';
import { type Mining, type MiningChoices, npyVectors, safetensorsVectors } from '@viewforge/corpus';
import { parseJson, resolveName } from '@viewforge/runtime';
import { readFailure } from '@viewforge/sinks';
import type { OutputFlags } from './command-context.ts';
import { readLabels } from './read-features.ts';

/** The flags of `viewforge mine`, as texts. */
export interface MineFlags extends OutputFlags {
  readonly features: readonly string[];
  readonly count: string;
  readonly out: string;
  readonly queries?: readonly string[];
  readonly tensor?: string;
  readonly labels?: string;
  readonly queryLabels?: string;
  readonly groups?: string;
  readonly queryGroups?: string;
  readonly pairs?: string;
  readonly positives: string;
  readonly positiveCount: string;
  readonly window: string;
  readonly lowest?: string;
  readonly highest?: string;
  readonly margin?: string;
  readonly absolute?: boolean;
  readonly ids?: string;
  readonly queryIds?: string;
  readonly index?: string;
  readonly indexOptions?: string;
  readonly reach?: string;
  readonly threads?: string;
  readonly memory: string;
  readonly resume?: boolean;
  readonly quiet?: boolean;
  readonly plugin?: string[];
}

/** The mining that flags ask for, its files open. Throws ViewforgeError: USAGE for flags that say nothing sensible, and what opening files throws. */
export async function openMining(flags: MineFlags, folder: string, registry: Registry): Promise<Mining> {
  const numbers = numbersOf(flags);
  checkTensor(flags);
  const index = indexOf(flags, registry);
  const lists = await listsOf(flags);
  const vectors = await openRows(flags.features, flags.tensor, '--features');
  try {
    const queries = flags.queries && (await openRows(flags.queries, flags.tensor, '--queries'));
    return {
      vectors,
      folder,
      ...numbers,
      ...lists,
      ...(queries && { queries }),
      ...(index && { index }),
      resume: flags.resume === true,
    };
  } catch (cause) {
    await vectors.close();
    throw cause;
  }
}

function checkTensor({ tensor, features, queries = [] }: MineFlags): void {
  const files = [...features, ...queries];
  if (tensor === undefined || files.some((file) => file.endsWith('.safetensors'))) return;
  throw new ViewforgeError('USAGE', '--tensor', `expected .safetensors files, got ${files.join(', ')}`);
}

function numbersOf(flags: MineFlags): MiningChoices & Pick<Mining, 'memory' | 'threads'> {
  const { positives, margin, absolute, lowest, highest, reach, threads } = flags;
  if (positives !== 'nearest' && positives !== 'farthest') {
    throw new ViewforgeError('USAGE', '--positives', `expected nearest or farthest, got "${positives}"`);
  }
  if (absolute && margin === undefined) throw new ViewforgeError('USAGE', '--absolute', 'expected a --margin, got none');
  return {
    positives,
    count: wholeOf(flags.count, '--count', 1),
    positiveCount: wholeOf(flags.positiveCount, '--positive-count', 0),
    window: wholeOf(flags.window, '--window', 0),
    memory: numberOf(flags.memory, '--memory') * 1e6,
    ...(lowest !== undefined && { lowest: numberOf(lowest, '--lowest') }),
    ...(highest !== undefined && { highest: numberOf(highest, '--highest') }),
    ...(reach !== undefined && { reach: wholeOf(reach, '--reach', 1) }),
    ...(threads !== undefined && { threads: wholeOf(threads, '--threads', 1) }),
    ...(margin !== undefined && {
      margin: { marginKind: absolute ? ('absolute' as const) : ('relative' as const), margin: numberOf(margin, '--margin') },
    }),
  };
}

async function listsOf({ labels, queryLabels, groups, queryGroups, pairs, ids, queryIds }: MineFlags) {
  return {
    ...(labels !== undefined && { labels: await readLabels(labels) }),
    ...(queryLabels !== undefined && { queryLabels: await readLabels(queryLabels) }),
    ...(groups !== undefined && { groups: await readLabels(groups) }),
    ...(queryGroups !== undefined && { queryGroups: await readLabels(queryGroups) }),
    ...(pairs !== undefined && { pairs: await readLabels(pairs) }),
    ...(ids !== undefined && { ids: await readIds(ids) }),
    ...(queryIds !== undefined && { queryIds: await readIds(queryIds) }),
  };
}

function indexOf({ index, indexOptions }: MineFlags, registry: Registry): VectorIndex | undefined {
  if (index === undefined) {
    if (indexOptions !== undefined) throw new ViewforgeError('USAGE', '--index-options', 'expected an --index, got none');
    return undefined;
  }
  const options = indexOptions === undefined ? {} : parseJson(indexOptions, '--index-options');
  const isShort = registry.list('index').some((name) => name.endsWith(`/${index}-index`));
  return registry.get('index', resolveName(registry, 'index', isShort ? `${index}-index` : index))(options as never);
}

function openRows(files: readonly string[], tensor: string | undefined, flag: string): Promise<Vectors> {
  const isTensors = files.map((file) => file.endsWith('.safetensors'));
  if (!isTensors.includes(true)) return npyVectors(files);
  if (isTensors.includes(false)) throw new ViewforgeError('USAGE', flag, `expected files of one format, got ${files.join(', ')}`);
  if (tensor === undefined)
    throw new ViewforgeError('USAGE', '--tensor', 'expected the name of a tensor for .safetensors files, got none');
  return safetensorsVectors(files, tensor);
}

/** A last line counts with and without its line feed; line ends may be those of Windows. */
async function readIds(path: string): Promise<string[]> {
  const lines = (await readText(path)).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const isJson = path.endsWith('.jsonl') || path.endsWith('.ndjson');
  return isJson ? lines.map((line, row) => idOf(line, path, row)) : lines;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw readFailure(path, cause);
  }
}

function idOf(line: string, path: string, row: number): string {
  const where = `${path}:${row + 1}`;
  const value = parseJson(line, where) as { readonly id?: unknown } | null;
  if (typeof value?.id === 'string' || typeof value?.id === 'number') return String(value.id);
  throw new ViewforgeError('FILE_FORMAT', where, 'expected an object with an id, got another line');
}

function numberOf(text: string, flag: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new ViewforgeError('USAGE', flag, `expected a number, got ${JSON.stringify(text)}`);
}

function wholeOf(text: string, flag: string, least: number): number {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
  throw new ViewforgeError('USAGE', flag, `expected a whole number >= ${least}, got ${JSON.stringify(text)}`);
}
