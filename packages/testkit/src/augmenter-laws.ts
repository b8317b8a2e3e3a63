import { type AnyFactory, type Augmenter, type Domain, type Domains, ViewforgeError } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { expect } from 'vitest';
import { firstNotFinite } from './compare.ts';
import { shapeOf } from './domains.ts';
import { type Law, registerLaws } from './law.ts';
import { type Given, optionLaws, schemaOf } from './option-laws.ts';
import { atBounds } from './option-values.ts';
import { transformLaws } from './transform-laws.ts';

/**
 * Registers everything an augmenter owes, from its factory: the laws of transforms for its defaults, the laws of its
 * options, and that each option at its bounds works on every input or is refused. `given` holds what has no default.
 */
export function obeysAugmenterLaws(
  factory: AnyFactory<'augmenter'>,
  inputs: readonly Domains[Domain][],
  given: Given = {},
): void {
  registerLaws(`${factory.about.name} obeys the laws of augmenters`, augmenterLaws(factory, inputs, given));
}

/** The same laws as values. */
export function augmenterLaws(factory: AnyFactory<'augmenter'>, inputs: readonly Domains[Domain][], given: Given = {}): Law[] {
  const part: Augmenter = factory(given);
  return [...transformLaws(part, inputs), ...optionLaws(factory, given), ...boundLaws(factory, inputs, given)];
}

function boundLaws(factory: AnyFactory<'augmenter'>, inputs: readonly Domains[Domain][], given: Given): Law[] {
  return Object.entries(schemaOf(factory).properties ?? {}).flatMap(([name, schema]) =>
    atBounds(schema).map((value) => ({
      name: `${name}: ${JSON.stringify(value)} works, or is refused`,
      check: () => worksOrRefused(() => factory({ ...given, [name]: value }), inputs),
    })),
  );
}

function worksOrRefused(make: () => Augmenter, inputs: readonly Domains[Domain][]): void {
  let part: Augmenter;
  try {
    part = make();
  } catch (error) {
    // bounds of one option may contradict another's default
    expect(error).toBeInstanceOf(ViewforgeError);
    return;
  }
  for (const input of inputs) {
    const params = part.draw(shapeOf(input), createRandom(1), { epoch: 0, fraction: 0 });
    expect(firstNotFinite(params)).toBeUndefined();
    expect(firstNotFinite(part.apply(input, params))).toBeUndefined();
  }
}
