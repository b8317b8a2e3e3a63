import type { Json } from '../contracts/json.ts';
import type { Augmenter } from '../contracts/transform.ts';
import { oneOf } from './one-of.ts';
import { sequence } from './sequence.ts';
import { someOf } from './some-of.ts';
import { sometimes } from './sometimes.ts';

/** Every composition of augmenters by name, made from its children and options: how another thread makes it again. */
export const compositions: Readonly<Record<string, (of: readonly Augmenter[], options: Json) => Augmenter>> = {
  sequence: (of) => sequence(...(of as [Augmenter])),
  sometimes: ([part], options) => sometimes((options as { p: number }).p, part!),
  'one-of': (of, options) => oneOf(of, (options as { weights: readonly number[] }).weights),
  'some-of': (of, options) => someOf((options as { countRange: readonly [number, number] }).countRange, of),
};
