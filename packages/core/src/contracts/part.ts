import type { Json } from './json.ts';

/** What every part has. */
export interface Part {
  /** kebab-case, the file's name. */
  readonly name: string;
  /** Version of its results: it changes with any change of what the part computes. */
  readonly version: number;
  /** How to make the part again in another thread; absent for parts that only this thread can make. */
  readonly origin?: Origin;
}

/** How to make a part again: a factory of a plugin's module and its options, or a composition of parts. */
export type Origin =
  | {
      readonly module: string;
      readonly plugin: string;
      readonly kind: string;
      readonly name: string;
      readonly version: number;
      readonly options: Json;
    }
  | { readonly compose: string; readonly options: Json; readonly of: readonly Origin[] };
