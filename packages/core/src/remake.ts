import type { Kind, Kinds } from './contracts/kinds.ts';
import type { Origin } from './contracts/part.ts';
import { compositions } from './compose/compositions.ts';
import { ViewforgeError } from './error.ts';
import type { Plugin } from './plugin.ts';
import type { Augmenter } from './contracts/transform.ts';

type Leaf = Extract<Origin, { readonly module: string }>;

/** The modules to import before parts of these origins can be made again: URLs of plugins. */
export function modulesOf(origins: readonly Origin[]): readonly string[] {
  return [...new Set(origins.flatMap(leavesOf).map(({ module }) => module))];
}

/** Versions of all the parts in these origins, by "plugin/part", sorted. */
export function partVersions(origins: readonly Origin[]): Readonly<Record<string, number>> {
  const versions = origins.flatMap(leavesOf).map(({ plugin, name, version }) => [`${plugin}/${name}`, version] as const);
  return Object.fromEntries(versions.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function leavesOf(origin: Origin): readonly Leaf[] {
  return 'module' in origin ? [origin] : origin.of.flatMap(leavesOf);
}

/**
 * The part of this origin, made again from the plugins that its modules export.
 * Throws ViewforgeError (PLUGIN) when a plugin no longer provides it.
 */
export function remake<K extends Kind>(kind: K, origin: Origin, plugins: ReadonlyMap<string, Plugin>): Kinds[K] {
  if ('compose' in origin) {
    const compose = compositions[origin.compose];
    if (compose === undefined) throw new ViewforgeError('PLUGIN', 'remake', `no composition called "${origin.compose}"`);
    return compose(
      origin.of.map((child) => remake('augmenter', child, plugins) as Augmenter),
      origin.options,
    ) as Kinds[K];
  }
  const factory = plugins.get(origin.module)?.provides.find((each) => each.kind === kind && each.about.name === origin.name);
  if (factory === undefined) {
    throw new ViewforgeError(
      'PLUGIN',
      origin.module,
      `expected a plugin "${origin.plugin}" that provides the ${kind} "${origin.name}", got none`,
    );
  }
  return factory(origin.options as never) as Kinds[K];
}
