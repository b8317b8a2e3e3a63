import { access, readFile } from 'node:fs/promises';
import { dirname, extname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ViewforgeError } from '@viewforge/core';
import { importModule } from './import-module.ts';
import { type CheckedRecipe, parseRecipe } from './parse-recipe.ts';

/** Names under which a configuration is found in a folder, in this order. */
export const configNames: readonly string[] = [
  'viewforge.config.ts',
  'viewforge.config.mts',
  'viewforge.config.js',
  'viewforge.config.mjs',
  'viewforge.config.json',
];

/** An unchecked recipe, what errors call it, and the folder that its relative paths start from. */
export interface RecipeFile {
  readonly input: unknown;
  readonly where: string;
  readonly folder: string;
}

/**
 * The recipe of a file, checked completely: JSON (`.json`), or a module (`.ts`, `.mts`, `.js`, `.mjs`) whose default export
 * is the recipe. Relative paths in it start from the file's folder. Throws ViewforgeError: FILE_MISSING, FILE_READ, RECIPE, PLUGIN.
 */
export async function loadRecipe(path: string): Promise<CheckedRecipe> {
  const { input, where, folder } = await readRecipe(path);
  return parseRecipe(input, where, folder);
}

/** The unchecked recipe of a file, so that a caller may lay other settings over it before `parseRecipe`. */
export async function readRecipe(path: string): Promise<RecipeFile> {
  const file = resolve(path);
  const where = relative(process.cwd(), file).startsWith('..') ? file : relative(process.cwd(), file);
  const folder = dirname(file);
  await access(file).catch((cause: unknown) => {
    throw new ViewforgeError('FILE_MISSING', where, 'expected a recipe or configuration file, got none', { cause });
  });
  if (extname(file) === '.json') return { input: parseJson(await readText(file, where), where), where, folder };
  if (!/\.m?[jt]s$/.test(file)) {
    throw new ViewforgeError('RECIPE', where, `expected a file ending in .json, .ts, .mts, .js or .mjs, got "${extname(file)}"`);
  }
  const module = await importModule(pathToFileURL(file).href).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ViewforgeError('RECIPE', where, `expected a module that loads, got: ${reason.split('\n')[0]}`, { cause });
  });
  if (module['default'] === undefined) {
    throw new ViewforgeError('RECIPE', where, 'expected the recipe as the default export, got none');
  }
  return { input: module['default'], where, folder };
}

/** The configuration file of a folder; undefined when it has none. */
export async function findConfig(folder: string): Promise<string | undefined> {
  for (const name of configNames) {
    const path = resolve(folder, name);
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

async function readText(file: string, where: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ViewforgeError('FILE_READ', where, `expected a file that can be read, got: ${reason}`, { cause });
  }
}

/** JSON with objects that have no prototype, so that no key can reach one. Throws RECIPE, also for the key "__proto__". */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__') throw new ViewforgeError('RECIPE', where, 'expected ordinary keys, got "__proto__"');
      return value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.assign(Object.create(null), value)
        : value;
    });
  } catch (cause) {
    if (cause instanceof ViewforgeError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ViewforgeError('RECIPE', where, `expected JSON, got: ${reason}`, { cause });
  }
}
