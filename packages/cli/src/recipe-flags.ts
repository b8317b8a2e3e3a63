import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ViewforgeError } from '@viewforge/core';
import { describeModel } from '@viewforge/onnx';
import {
  type CheckedRecipe,
  findConfig,
  loadPlugins,
  mainJob,
  parseRecipe,
  type RecipeFile,
  readRecipe,
} from '@viewforge/runtime';

/** What the command line says of a recipe; what it leaves out is left to the configuration and the defaults. */
export interface RecipeFlags {
  readonly data?: string;
  readonly config?: string;
  readonly seed?: string;
  readonly epochs?: string;
  readonly batchSize?: string;
  readonly workers?: string;
  readonly plan?: string;
  readonly size?: string;
  readonly encoder?: string;
  readonly model?: string;
  readonly providers?: string;
  readonly embeddingCache?: string;
  readonly latentProviders?: string;
  readonly onBadItem?: string;
  readonly scores?: boolean;
}

type Fields = Record<string, unknown>;

/** The checked recipe of a command line: flags over the configuration file over the defaults. */
export async function recipeFromFlags(flags: RecipeFlags, folder: string): Promise<CheckedRecipe> {
  const path = flags.config ?? (flags.data === undefined ? await findConfig(folder) : undefined);
  const base: RecipeFile =
    path === undefined ? { input: {}, where: 'command line', folder } : await readRecipe(resolve(folder, path));
  if (base.input === null || typeof base.input !== 'object' || Array.isArray(base.input))
    return parseRecipe(base.input, base.where, base.folder);
  const input = await overlay({ ...(base.input as Fields) }, flags, folder, base.folder);
  if (path === undefined && flags.data === undefined) input['source'] = exampleSource();
  return parseRecipe(input, base.where, base.folder);
}

async function overlay(input: Fields, flags: RecipeFlags, folder: string, home: string): Promise<Fields> {
  const { data, seed, epochs, batchSize, workers, plan, encoder, model, providers, onBadItem, scores } = flags;
  if (data !== undefined) lay(input, 'source', 'data/image-folder', { root: resolve(folder, data) });
  if (seed !== undefined) input['seed'] = /^-?\d+(\.\d+)?$/.test(seed) ? Number(seed) : seed;
  if (epochs !== undefined) input['epochs'] = count('--epochs', epochs);
  if (batchSize !== undefined) input['batchSize'] = count('--batch-size', batchSize);
  if (workers !== undefined) input['workers'] = workers === 'auto' ? workers : count('--workers', workers);
  if (encoder !== undefined) lay(input, 'encoder', encoder, {});
  if (model !== undefined) lay(input, 'encoder', 'onnx/onnx-encoder', { model: resolve(folder, model) });
  if (providers !== undefined) lay(input, 'encoder', useOf(input, 'encoder'), { providers: listOf(providers) });
  if (flags.embeddingCache !== undefined) input['embeddingCache'] = { folder: resolve(folder, flags.embeddingCache) };
  if (plan !== undefined && plan !== useOf(input, 'plan')) lay(input, 'plan', plan, await usualSize(input, plan, home));
  const size = flags.size === undefined ? await sizeOfModel(flags, folder) : count('--size', flags.size);
  if (size !== undefined) layPlanSize(input, size);
  if (onBadItem !== undefined) input['badItems'] = { ...(input['badItems'] as Fields | undefined), policy: onBadItem };
  if (flags.latentProviders !== undefined)
    input['latent'] = { ...(input['latent'] as Fields | undefined), providers: listOf(flags.latentProviders) };
  if (scores) input['scores'] ??= {};
  return input;
}

/** Lays options over the part that is chosen for `slot`, or chooses another part with only these. */
function lay(input: Fields, slot: 'source' | 'plan' | 'encoder', use: string, options: Fields | object): void {
  const before = partOf(input, slot);
  input[slot] = { use, options: { ...(before.use === use && before.options), ...options } };
}

/** The main job's size of views, for a plan that has such an option. */
async function usualSize(input: Fields, plan: string, home: string): Promise<object> {
  const names = Array.isArray(input['plugins']) ? (input['plugins'] as string[]) : [];
  const { registry } = await loadPlugins(names, home);
  const hasSize = registry.list('plan').includes(plan) && 'size' in registry.get('plan', plan).about.options.shape;
  return hasSize ? { size: mainJob.plan.options?.['size'] } : {};
}

/** Views of one side; an encoder of fixed size that is made in code follows. */
function layPlanSize(input: Fields, size: number): void {
  lay(input, 'plan', useOf(input, 'plan'), { size });
  if (useOf(input, 'encoder') === 'onnx/scattering') lay(input, 'encoder', 'onnx/scattering', { size });
}

/** The side of the square images that the model of `--model` wants, when it wants one and a side was not given. */
async function sizeOfModel({ model }: RecipeFlags, folder: string): Promise<number | undefined> {
  if (model === undefined) return undefined;
  const [height, width] = (await describeModel(resolve(folder, model))).feeding?.image?.size ?? [];
  return height === width ? height : undefined;
}

function useOf(input: Fields, slot: 'plan' | 'encoder'): string {
  return partOf(input, slot).use ?? mainJob[slot].use;
}

function partOf(input: Fields, slot: 'source' | 'plan' | 'encoder'): { readonly use?: string; readonly options?: Fields } {
  const part = input[slot] ?? mainJob[slot];
  return part !== null && typeof part === 'object' ? part : {};
}

function listOf(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function count(flag: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new ViewforgeError('USAGE', flag, `expected a whole number, got "${text}"`);
  return Number(text);
}

/** The photographs that come with the repository. */
function exampleSource(): Fields {
  const root = fileURLToPath(new URL('../../../examples/photos', import.meta.url));
  if (!existsSync(root)) {
    throw new ViewforgeError('USAGE', 'viewforge', 'expected --data DIR, --config FILE or a viewforge.config.* here, got none');
  }
  return { use: 'data/image-folder', options: { root } };
}
