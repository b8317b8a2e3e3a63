import type { Json } from '@viewforge/core';

/** The part of JSON Schema that options print themselves in. */
export interface OptionSchema {
  readonly type?: string;
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly OptionSchema[];
  readonly default?: Json;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly prefixItems?: readonly OptionSchema[];
  readonly items?: OptionSchema | false;
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
}

/** Values that a schema must refuse: of another type, past each bound, lists too long. Empty where any value may do. */
export function outside(schema: OptionSchema): Json[] {
  if (schema.enum) return ['no such choice'];
  if (schema.type === 'boolean') return ['yes', 1];
  if (schema.type === 'string') return [1, ...(schema.minLength ? [''] : [])];
  if (schema.type === 'number' || schema.type === 'integer') return outsideNumber(schema);
  if (schema.type === 'array' && schema.prefixItems) return outsideTuple(schema.prefixItems);
  if (schema.type === 'array') return ['no list', ...(schema.items ? outside(schema.items).map((value) => [value]) : [])];
  return [];
}

/** Values at the very bounds, which a schema must take; bounds that only mean "any number" and whole numbers above 64 are left out. */
export function atBounds(schema: OptionSchema): Json[] {
  if (schema.enum) return [...schema.enum];
  if (schema.type === 'boolean') return [false, true];
  if (schema.type === 'number' || schema.type === 'integer') return endsOf(schema);
  if (schema.type !== 'array' || schema.prefixItems?.length !== 2) return [];
  const ends = endsOf(schema.prefixItems[0]!);
  return [...ends.map((end) => [end, end]), ...(ends.length === 2 ? [ends] : [])];
}

function endsOf(schema: OptionSchema): number[] {
  const ends = [schema.minimum, schema.maximum].filter((end) => end !== undefined);
  return ends.filter((end) => Math.abs(end) < (schema.type === 'integer' ? 65 : Number.MAX_SAFE_INTEGER));
}

function outsideNumber(schema: OptionSchema): Json[] {
  const values: Json[] = ['text', null];
  if (schema.type === 'integer') values.push(1.5);
  const step = schema.type === 'integer' ? 1 : 1e-3;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (meant(minimum)) values.push(minimum - step);
  if (meant(maximum)) values.push(maximum + step);
  if (meant(exclusiveMinimum)) values.push(exclusiveMinimum, exclusiveMinimum - step);
  if (meant(exclusiveMaximum)) values.push(exclusiveMaximum, exclusiveMaximum + step);
  return values;
}

function outsideTuple(ends: readonly OptionSchema[]): Json[] {
  const inside = ends.map((end) => end.minimum ?? end.exclusiveMaximum ?? end.maximum ?? 1);
  const wrong = ends.flatMap((end, i) => outside(end).map((value) => inside.map((other, j) => (i === j ? value : other))));
  return ['no list', [...inside, 1], ...wrong];
}

/** Bounds beyond whole float64 numbers only say "a number". */
function meant(bound: number | undefined): bound is number {
  return bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
}
