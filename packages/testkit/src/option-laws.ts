import { type AnyFactory, type Json, optionsSchema, ViewforgeError } from '@viewforge/core';
import { expect } from 'vitest';
import { type Law, registerLaws } from './law.ts';
import { type OptionSchema, outside } from './option-values.ts';

/** Options by name, as they are given to a factory. */
export type Given = Readonly<Record<string, unknown>>;

/**
 * Registers the laws of a factory's options: the defaults are accepted, each value outside an option's bounds and each
 * unknown option is refused with OPTION and named, and every option says its unit and what it does.
 * `given` holds what has no default.
 */
export function obeysOptionLaws(factory: AnyFactory, given: Given = {}): void {
  registerLaws(`${factory.about.name} obeys the laws of options`, optionLaws(factory, given));
}

/** The same laws as values. */
export function optionLaws(factory: AnyFactory, given: Given = {}): Law[] {
  const { properties = {}, required = [] } = schemaOf(factory);
  const complete = required.every((name) => name in given);
  const refusals = Object.entries(properties).flatMap(([name, schema]) =>
    outside(schema).map((value) => ({
      name: `${name}: ${JSON.stringify(value)} is refused`,
      check: () => refused(factory, { ...given, [name]: value }, name),
    })),
  );
  return [
    ...(complete ? [{ name: 'its defaults are accepted', check: () => accepted(factory, given) }] : []),
    ...refusals,
    { name: 'an unknown option is refused', check: () => refused(factory, { ...given, 'no-such-option': 1 }, 'no-such-option') },
    { name: 'every option says its unit and what it does', check: () => documented(properties) },
  ];
}

/** The JSON Schema of a factory's options. */
export function schemaOf(factory: AnyFactory): OptionSchema {
  return optionsSchema(factory.about.options) as OptionSchema;
}

function accepted(factory: AnyFactory, given: Given): void {
  const part = factory(given as never);
  expect(part.kind).toBe(factory.kind);
  expect(part.name).toBe(factory.about.name);
  expect(part.version).toBe(factory.about.version);
}

function refused(factory: AnyFactory, options: Given, name: string): void {
  let thrown: unknown;
  try {
    factory(options as never);
  } catch (error) {
    thrown = error;
  }
  expect(thrown, 'an error').toBeInstanceOf(ViewforgeError);
  expect((thrown as ViewforgeError).code).toBe('OPTION');
  expect((thrown as ViewforgeError).message).toContain(name);
}

function documented(properties: Readonly<Record<string, OptionSchema & { description?: string; unit?: Json }>>): void {
  const silent = Object.entries(properties).filter(([, { description, unit }]) => !description || !unit);
  expect(
    silent.map(([name]) => name),
    'options without a unit or a sentence',
  ).toEqual([]);
}
