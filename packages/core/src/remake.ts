import type { Kind, Kinds } from './contracts/kinds.ts';
import type { Origin } from './contracts/part.ts';
import { compositions } from './compose/compositions.ts';
import { ViewforgeError } from './error.ts';
import type { Plugin } from './plugin.ts';
import type { Augmenter } from './contracts/transform.ts';

/** The modules to import before parts of these origins can be made again: URLs of plugins. */
export function modulesOf(origins: readonly Origin[]): readonly string[] {
  const modules = new Set<string>();
  const visit = (origin: Origin): void => {
    if ('module' in origin) modules.add(origin.module);
    else origin.of.forEach(visit);
  };
  origins.forEach(visit);
  return [...modules];
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
