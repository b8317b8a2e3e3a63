import { z } from 'zod';
import type { Json } from '../contracts/json.ts';
import type { Kind, Kinds } from '../contracts/kinds.ts';
import type { Origin } from '../contracts/part.ts';
import { ViewforgeError } from '../error.ts';
import { parseOptions } from '../options/parse.ts';

/** What a recipe says of the part it defines. */
export interface About<S extends z.ZodObject = z.ZodObject> {
  /** kebab-case, unique in its plugin and kind, same as the file name. */
  readonly name: string;
  /** One sentence in the imperative: what the part does. */
  readonly summary: string;
  /** Paper or page that the behavior and the defaults come from. */
  readonly reference?: string;
  /** Version of the part's results; 1 when left out. */
  readonly version?: number;
  /** None when left out. */
  readonly options?: S;
}

/** Makes parts of one sort: call it with options. */
export interface Factory<K extends Kind = Kind, S extends z.ZodObject = z.ZodObject, T extends Kinds[K] = Kinds[K]> {
  /** Options with a default may be left out. Throws ViewforgeError (OPTION) that names each wrong one. */
  (options?: z.input<S>): T;
  readonly kind: K;
  readonly about: About<S> & { readonly options: S; readonly version: number };
}

/** A factory whatever its options: what a registry holds. The one place where options are not typed. */
// biome-ignore lint/suspicious/noExplicitAny: a record of differently typed factories has no common input type
export type AnyFactory<K extends Kind = Kind> = { [Each in K]: Factory<Each, any, any> }[K];

/** What the `define` functions hand over: everything of a part but what a factory adds by itself. */
type Made<T> = Omit<T, 'kind' | 'name' | 'version' | 'origin'>;

const homes = new WeakMap<object, { readonly plugin: string; readonly module: string }>();

/** Remembers which plugin a factory belongs to, so that its parts can be made again in another thread. */
export function rememberHome(factory: AnyFactory, plugin: string, module: string): void {
  homes.set(factory, { plugin, module });
}

/** The factory for parts of `kind` from their recipe; `make` gets complete options. */
export function createFactory<K extends Kind, S extends z.ZodObject, T extends Kinds[K]>(
  kind: K,
  about: About<S>,
  make: (options: z.output<S>) => Made<T>,
): Factory<K, S, T> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(about.name)) {
    throw new ViewforgeError('NAME', `define ${kind}`, `expected a kebab-case name, got ${JSON.stringify(about.name)}`);
  }
  const options = z.strictObject((about.options ?? z.object({})).shape) as unknown as S;
  const version = about.version ?? 1;
  const factory = (input?: z.input<S>): T => {
    const parsed = parseOptions(options, input ?? {}, about.name);
    const part = { kind, name: about.name, version, ...make(parsed) };
    Object.defineProperty(part, 'origin', { enumerable: false, get: () => originOf(factory as never, parsed) });
    return Object.freeze(part) as unknown as T;
  };
  return Object.freeze(Object.assign(factory, { kind, about: Object.freeze({ ...about, options, version }) }));
}

function originOf(factory: AnyFactory, options: unknown): Origin | undefined {
  const { kind, about } = factory;
  const home = homes.get(factory);
  return home && { ...home, kind, name: about.name, version: about.version, options: options as Json };
}
