import { pathToFileURL } from 'node:url';
import * as core from '@viewforge/core';
import { createJiti } from 'jiti';
import { z } from 'zod';
import { defineConfig } from './recipe.ts';

/**
 * The exports of a module by its URL. JavaScript is imported as Node does; TypeScript goes through jiti, where
 * `@viewforge/runtime` (its `defineConfig`), `@viewforge/core` and `zod` are those of this program, installed or not.
 */
export async function importModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  if (/\.[cm]?js$/.test(new URL(url).pathname)) return (await import(url)) as Record<string, unknown>;
  return createJiti(url, { interopDefault: false, fsCache: false, moduleCache: false, virtualModules: own }).import(url);
}

/** The URL that Node would import for a package's name from a module in `folder`; undefined when there is none. */
export function resolvePackage(name: string, folder: string): string | undefined {
  const from = pathToFileURL(`${folder}/`).href;
  return createJiti(from, { fsCache: false }).esmResolve(name, { try: true });
}

const own = {
  '@viewforge/runtime': { defineConfig },
  '@viewforge/core': core,
  zod: { z, default: z },
};
