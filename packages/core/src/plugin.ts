import { type AnyFactory, rememberHome } from './define/factory.ts';
import { ViewforgeError } from './error.ts';

/** Version of the contracts in this package; plugins name the range they were written for. */
export const apiVersion = '0.1.0';

/** An npm package's parts. */
export interface Plugin {
  /** kebab-case; the first half of "plugin/part". */
  readonly name: string;
  /** Range of `apiVersion` the plugin works with: "^0.1.0", "~0.1.0", ">=0.1.0" or one version. */
  readonly requires: string;
  /** `import.meta.url` of the module that exports the plugin as `plugin`: how a worker thread gets the same code. */
  readonly module?: string;
  readonly provides: readonly AnyFactory[];
}

/**
 * A plugin, frozen and checked. Throws ViewforgeError: NAME for a name that is not kebab-case, PLUGIN for a part that no define
 * function made, DUPLICATE when two parts of a kind share a name, VERSION when `requires` does not include this core's `apiVersion`.
 */
export function definePlugin(plugin: Plugin): Plugin {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(plugin.name)) {
    throw new ViewforgeError('NAME', 'definePlugin', `expected a kebab-case name, got ${JSON.stringify(plugin.name)}`);
  }
  if (!satisfies(apiVersion, plugin.requires)) {
    throw new ViewforgeError(
      'VERSION',
      plugin.name,
      `expected a core of ${plugin.requires}, got ${apiVersion}; install a matching @viewforge/core or update the plugin`,
    );
  }
  const names = new Set<string>();
  for (const factory of plugin.provides) {
    if (typeof factory !== 'function' || factory.about === undefined) {
      throw new ViewforgeError('PLUGIN', plugin.name, `expected parts that a define function made, got ${typeof factory}`);
    }
    const name = `${factory.kind} ${factory.about.name}`;
    if (names.has(name)) throw new ViewforgeError('DUPLICATE', plugin.name, `expected one ${name}, got two`);
    names.add(name);
    if (plugin.module !== undefined) rememberHome(factory, plugin.name, plugin.module);
  }
  return Object.freeze({ ...plugin, provides: Object.freeze([...plugin.provides]) });
}

/** Whether `version` lies in `range`. Throws VERSION when the range cannot be read. */
export function satisfies(version: string, range: string): boolean {
  const [, operator = '', text = ''] = /^(\^|~|>=|)(\d+\.\d+\.\d+)$/.exec(range.trim()) ?? [];
  if (text === '')
    throw new ViewforgeError('VERSION', 'definePlugin', `expected a range such as "^0.1.0", got ${JSON.stringify(range)}`);
  const have = version.split('.').map(Number);
  const want = text.split('.').map(Number);
  const order = [0, 1, 2].map((i) => have[i]! - want[i]!).find((difference) => difference !== 0) ?? 0;
  if (operator === '') return order === 0;
  if (order < 0 || operator === '>=') return order >= 0;
  // up to the first number that is not 0 for "^", the first two for "~"
  const fixed = operator === '~' ? 2 : want[0] !== 0 ? 1 : want[1] !== 0 ? 2 : 3;
  return want.slice(0, fixed).every((part, i) => have[i] === part);
}
