import { isAbsolute, resolve } from 'node:path';
import type { Registry } from '@viewforge/core';
import { isPath } from './load-plugins.ts';
import { kindOf, type Slot, singleSlots } from './parts.ts';
import type { PartChoice, Recipe } from './recipe.ts';

/** Options of sources and encoders that name a file or a folder. */
const pathOptions = ['root', 'path', 'file', 'folder', 'manifest', 'cache', 'model', 'preprocessor', 'weights'];
/** Words that stand where a path could. */
const words = ['auto', 'none'];

/** The recipe with its paths made absolute: they start from the folder of the recipe's file, whatever the current one is. */
export function resolvePaths(recipe: Recipe, registry: Registry, folder: string): Recipe {
  const resolved = { ...recipe };
  resolved.plugins = recipe.plugins.map((name) => (isPath(name) ? resolve(folder, name) : name));
  for (const slot of singleSlots) resolved[slot] = withPaths(registry, slot, recipe[slot], folder);
  resolved.heads = recipe.heads.map((head) => withPaths(registry, 'heads', head, folder));
  if (recipe.embeddingCache !== undefined)
    resolved.embeddingCache = { ...recipe.embeddingCache, folder: resolve(folder, recipe.embeddingCache.folder) };
  return { ...resolved, ...(recipe.output !== undefined && { output: resolve(folder, recipe.output) }) };
}

function withPaths(registry: Registry, slot: Slot, choice: PartChoice, folder: string): PartChoice {
  if (slot !== 'source' && kindOf[slot] !== 'encoder') return choice;
  const known = Object.keys(registry.get(kindOf[slot], choice.use).about.options.shape);
  const options = { ...choice.options };
  for (const name of pathOptions) {
    const value = options[name];
    if (known.includes(name) && typeof value === 'string' && !words.includes(value) && !isAbsolute(value))
      options[name] = resolve(folder, value);
  }
  return { ...choice, options };
}
