import { parseOptions, type Registry, ViewforgeError } from '@viewforge/core';
import { domainProblems } from './domain-problems.ts';
import { loadPlugins, type PluginOrigin } from './load-plugins.ts';
import { resolvePaths } from './recipe-paths.ts';
import { type Recipe, recipeObject } from './recipe.ts';
import { slotSchemas } from './slot-schemas.ts';

/** A recipe that was checked completely, and what it was checked against. */
export interface CheckedRecipe {
  readonly recipe: Recipe;
  readonly registry: Registry;
  /** Where each plugin came from. */
  readonly plugins: readonly PluginOrigin[];
  /** What errors call the recipe: its file, or "recipe". */
  readonly where: string;
  /** The folder that relative paths and plugins start from. */
  readonly folder: string;
}

/**
 * A recipe from unknown input, complete and ready to run: shape, names, options and domains are checked before any work.
 * Relative paths start from `folder`. Throws ViewforgeError: RECIPE that lists every problem with its path, PLUGIN for a
 * plugin that cannot be loaded.
 */
export async function parseRecipe(input: unknown, where = 'recipe', folder = process.cwd()): Promise<CheckedRecipe> {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) {
    throw new ViewforgeError('RECIPE', where, `expected an object, got ${JSON.stringify(input) ?? typeof input}`);
  }
  const fields = input as Readonly<Record<string, unknown>>;
  const { registry, plugins } = await loadPlugins(pluginNames(fields['plugins']), folder, where);
  const problems: string[] = [];
  const recipe = attempt(problems, where, () =>
    parseOptions(recipeObject(slotSchemas(registry, fields)), fields, where, 'RECIPE'),
  );
  problems.push(...domainProblems(registry, fields));
  if (problems.length > 0 || recipe === undefined) throw new ViewforgeError('RECIPE', where, problems.join('; '));
  return { recipe: resolvePaths(recipe, registry, folder), registry, plugins, where, folder };
}

/** Names in their right places only; anything else is left to the schema. */
function pluginNames(given: unknown): readonly string[] {
  return Array.isArray(given) ? given.filter((name): name is string => typeof name === 'string' && name !== '') : [];
}

function attempt<T>(problems: string[], where: string, parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ViewforgeError)) throw error;
    problems.push(error.message.slice(where.length + 2));
    return undefined;
  }
}
