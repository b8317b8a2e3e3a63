import { basename, isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { plugin as augment } from '@viewforge/augment';
import { createRegistry, type Plugin, type Registry, ViewforgeError } from '@viewforge/core';
import { plugin as corpus } from '@viewforge/corpus';
import { plugin as data } from '@viewforge/data';
import { plugin as indexUsearch } from '@viewforge/index-usearch';
import { plugin as losses } from '@viewforge/losses';
import { plugin as metrics } from '@viewforge/metrics';
import { plugin as miners } from '@viewforge/miners';
import { plugin as onnx } from '@viewforge/onnx';
import { plugin as pairings } from '@viewforge/pairings';
import { plugin as viewsMulticrop } from '@viewforge/views-multicrop';
import { plugin as viewsByol } from '@viewforge/views-byol';
import { plugin as viewsMoco } from '@viewforge/views-moco';
import { plugin as viewsPolicy } from '@viewforge/views-policy';
import { plugin as viewsFields } from '@viewforge/views-fields';
import { plugin as viewsCurriculum } from '@viewforge/views-curriculum';
import { plugin as viewsMasks } from '@viewforge/views-masks';
import { plugin as viewsClinical } from '@viewforge/views-clinical';
import { plugin as mixFeatures } from '@viewforge/mix-features';
import { plugin as mixInputs } from '@viewforge/mix-inputs';
import { plugin as mixLatent } from '@viewforge/mix-latent';
import { plugin as mixMochi } from '@viewforge/mix-mochi';
import { plugin as viewsSimclr } from '@viewforge/views-simclr';
import { importModule, resolvePackage } from './import-module.ts';

/** A plugin and how it was asked for. */
export interface PluginOrigin {
  readonly name: string;
  /** The package, or the name of the module's file: the same on every machine. */
  readonly package: string;
}

/** What the plugins of a recipe provide together, and where each came from. */
export interface LoadedPlugins {
  readonly registry: Registry;
  readonly plugins: readonly PluginOrigin[];
}

/** The plugins that are always there. */
export const builtInPlugins: readonly Plugin[] = Object.freeze([
  ...[augment, corpus, data, indexUsearch, losses, metrics, miners, mixFeatures, mixInputs, mixLatent, mixMochi, onnx, pairings],
  ...[viewsByol, viewsClinical, viewsCurriculum, viewsFields, viewsMasks, viewsMoco, viewsMulticrop, viewsPolicy, viewsSimclr],
]);

/**
 * The built-in plugins and the named ones: packages found from `folder`, or paths ("./", "../", absolute) from it.
 * A module must export `plugin`. Throws ViewforgeError (PLUGIN) that names the package.
 */
export async function loadPlugins(names: readonly string[], folder: string, where = 'plugins'): Promise<LoadedPlugins> {
  const loaded: Plugin[] = [];
  for (const name of names) loaded.push(await loadPlugin(name, folder, where));
  return {
    registry: createRegistry([...builtInPlugins, ...loaded]),
    plugins: [
      ...builtInPlugins.map(({ name }) => ({ name, package: `@viewforge/${name}` })),
      ...loaded.map(({ name }, i) => ({ name, package: isPath(names[i]!) ? basename(names[i]!) : names[i]! })),
    ],
  };
}

async function loadPlugin(name: string, folder: string, where: string): Promise<Plugin> {
  const url = isPath(name) ? pathToFileURL(resolve(folder, name)).href : findPackage(name, folder);
  if (url === undefined) {
    throw new ViewforgeError('PLUGIN', where, `expected the plugin "${name}" to be installed, found none from ${folder}`);
  }
  const module = await importModule(url).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ViewforgeError('PLUGIN', where, `expected to load the plugin "${name}", got: ${reason.split('\n')[0]}`, { cause });
  });
  const { plugin } = module;
  if (!isPlugin(plugin)) {
    const got = Object.keys(module).join(', ') || 'nothing';
    const path = isPath(name) ? name : `${name} (${fileURLToPath(url)})`;
    throw new ViewforgeError('PLUGIN', where, `expected "${path}" to export \`plugin\` made by definePlugin, got ${got}`);
  }
  return plugin;
}

/** Whether a recipe's name of a plugin is the path of a module: "./", "../" or absolute. */
export function isPath(name: string): boolean {
  return name.startsWith('./') || name.startsWith('../') || isAbsolute(name);
}

/** A stored recipe may lie outside of the project, so the current folder is asked as well. */
function findPackage(name: string, folder: string): string | undefined {
  return resolvePackage(name, folder) ?? resolvePackage(name, process.cwd());
}

function isPlugin(value: unknown): value is Plugin {
  if (value === null || typeof value !== 'object') return false;
  const { name, requires, provides } = value as Partial<Record<keyof Plugin, unknown>>;
  return typeof name === 'string' && typeof requires === 'string' && Array.isArray(provides);
}
