import type { Kind } from './contracts/kinds.ts';
import type { AnyFactory } from './define/factory.ts';
import { ViewforgeError } from './error.ts';
import type { Plugin } from './plugin.ts';

/** What exists, by kind and "plugin/name". Built once from a list, never changed, never global. */
export interface Registry {
  readonly plugins: readonly Plugin[];
  /** Throws ViewforgeError (NAME) that lists what is known. */
  get<K extends Kind>(kind: K, name: string): AnyFactory<K>;
  /** Names "plugin/part" of a kind, sorted. */
  list(kind: Kind): readonly string[];
}

/** The kinds in the order of the path of an item. */
export const kinds: readonly Kind[] = [
  'source',
  'sampler',
  'plan',
  'augmenter',
  'encoder',
  'pairing',
  'mixer',
  'loss',
  'metric',
  'index',
];

/** A registry of these plugins. Throws ViewforgeError (DUPLICATE) when two have one name. */
export function createRegistry(plugins: readonly Plugin[]): Registry {
  const parts = new Map<string, AnyFactory>();
  const names = new Set<string>();
  for (const plugin of plugins) {
    if (names.has(plugin.name))
      throw new ViewforgeError('DUPLICATE', 'registry', `expected one plugin called "${plugin.name}", got two`);
    names.add(plugin.name);
    for (const factory of plugin.provides) parts.set(`${factory.kind} ${plugin.name}/${factory.about.name}`, factory);
  }
  const list = (kind: Kind) =>
    [...parts.keys()]
      .filter((key) => key.startsWith(`${kind} `))
      .map((key) => key.slice(kind.length + 1))
      .sort();
  return Object.freeze({
    plugins: Object.freeze([...plugins]),
    get<K extends Kind>(kind: K, name: string): AnyFactory<K> {
      const factory = parts.get(`${kind} ${name}`);
      if (factory === undefined)
        throw new ViewforgeError('NAME', 'registry', `no ${kind} called "${name}"; known: ${list(kind).join(', ') || 'none'}`);
      return factory as AnyFactory<K>;
    },
    list,
  });
}
