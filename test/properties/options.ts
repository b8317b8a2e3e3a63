import { type AnyFactory, optionsSchema } from '@viewforge/core';
import fc from 'fast-check';

/** The part of JSON Schema that options print themselves in. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** No larger than this where an option has no bound, or counts pixels: what is checked does not depend on it. */
const largest = 48;

/** Options of a part within their bounds; texts, and lists without a known length, keep their default. */
export function anyOptions(factory: AnyFactory): fc.Arbitrary<Record<string, unknown>> {
  return optionsBy(factory, numberOf);
}

/** The same, with real numbers that one may choose: at a bound, or within a factor of some hundred of the default. */
export function likelyOptions(factory: AnyFactory): fc.Arbitrary<Record<string, unknown>> {
  return optionsBy(factory, likelyNumberOf);
}

/** The same, and names of roles for the texts that may be left out, all of which name roles. */
export function optionsWithRoles(factory: AnyFactory, roles: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const { properties = {} } = optionsSchema(factory.about.options) as unknown as Schema;
  const texts = Object.entries(properties).flatMap(([name, field]) => (field.type === 'string' && !field.enum ? [name] : []));
  const named = fc.record(Object.fromEntries(texts.map((name) => [name, fc.constantFrom(undefined, undefined, ...roles)])));
  return fc.tuple(likelyOptions(factory), named).map(([options, names]) => {
    const chosen = Object.entries(names).filter(([, role]) => role !== undefined);
    return { ...options, ...Object.fromEntries(chosen) };
  });
}

type Draw = (schema: Schema) => fc.Arbitrary<number>;

function optionsBy(factory: AnyFactory, draw: Draw): fc.Arbitrary<Record<string, unknown>> {
  const { properties = {}, required = [] } = optionsSchema(factory.about.options) as unknown as Schema;
  const fields = Object.entries(properties).flatMap(([name, schema]) => {
    const isLeftOut = schema.default === undefined && !required.includes(name);
    return isLeftOut ? [] : [[name, anyValue(name, schema, draw)] as const];
  });
  return fc.record(Object.fromEntries(fields)) as fc.Arbitrary<Record<string, unknown>>;
}

function anyValue(name: string, schema: Schema, draw: Draw): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'number') return draw(schema);
  if (schema.type === 'integer') return integerOf(schema);
  const [low, high] = schema.prefixItems ?? [];
  if (name.endsWith('Range') && low && high && schema.prefixItems?.length === 2) {
    return fc
      .tuple(anyValue('low', low, draw), anyValue('high', high, draw))
      .map((ends) => (ends as number[]).sort((a, b) => a - b));
  }
  return fc.constant(schema.default ?? 'a text');
}

function numberOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, default: usual = 1 }: Schema): fc.Arbitrary<number> {
  const reach = Math.max(2 * Math.abs(Number(usual)), 4);
  return fc.double({
    min: exclusiveMinimum ?? minimum ?? -reach,
    max: Math.min(exclusiveMaximum ?? maximum ?? reach, Math.max(reach, exclusiveMinimum ?? minimum ?? 0)),
    minExcluded: exclusiveMinimum !== undefined,
    maxExcluded: exclusiveMaximum !== undefined,
    noNaN: true,
  });
}

function likelyNumberOf({
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum,
  default: usual = 1,
}: Schema): fc.Arbitrary<number> {
  const [low, high] = [exclusiveMinimum ?? minimum ?? -reaching, exclusiveMaximum ?? maximum ?? reaching];
  const isWithin = (value: number): boolean =>
    value >= low && value <= high && value !== exclusiveMinimum && value !== exclusiveMaximum;
  const bounds = [minimum, maximum].filter((bound) => bound !== undefined && Math.abs(bound) < reaching);
  const near = fc
    .tuple(fc.constantFrom(Number(usual), Number(usual), 1, -1), fc.integer({ min: -8, max: 8 }))
    .map(([about, power]) => Number((about * 10 ** (power / 4)).toPrecision(3)));
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(Number(usual), ...(bounds as number[])) },
    { weight: 3, arbitrary: near.filter(isWithin) },
  );
}

/** Bounds beyond it only say "a number". */
const reaching = 1e6;

function integerOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): fc.Arbitrary<number> {
  const min = minimum ?? (exclusiveMinimum === undefined ? -largest : exclusiveMinimum + 1);
  const max = maximum ?? (exclusiveMaximum === undefined ? largest : exclusiveMaximum - 1);
  return fc.integer({ min: Math.max(min, -(2 ** 31)), max: Math.max(min, Math.min(max, largest)) });
}
