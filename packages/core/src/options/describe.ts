import { z } from 'zod';
import type { Json } from '../contracts/json.ts';

/** One row of an option table. */
export interface OptionRow {
  readonly name: string;
  /** JSON Schema type in words, with bounds. */
  readonly type: string;
  readonly unit: string;
  /** Undefined where there is none: the option must be given if it is required, and may be left out otherwise. */
  readonly default: Json | undefined;
  readonly required: boolean;
  readonly doc: string;
}

/** JSON Schema (draft 2020-12) of what a schema accepts, for editors. */
export function optionsSchema(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as unknown as Json;
}

/** The option table of a part: a row for each option. */
export function describeOptions(schema: z.ZodObject): readonly OptionRow[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Property>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    type: typeOf(property),
    unit: property.unit ?? 'none',
    default: property.default,
    required: required.includes(name),
    doc: property.description ?? '',
  }));
}

interface Property {
  readonly type?: string;
  readonly enum?: readonly Json[];
  readonly default?: Json;
  readonly description?: string;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: Property | readonly Property[];
  readonly prefixItems?: readonly Property[];
  readonly anyOf?: readonly Property[];
}

function typeOf(property: Property): string {
  if (property.enum) return property.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (property.anyOf) return property.anyOf.map(typeOf).join(' | ');
  const tuple = property.prefixItems ?? (Array.isArray(property.items) ? (property.items as readonly Property[]) : undefined);
  if (tuple) return `[${tuple.map(typeOf).join(', ')}]`;
  if (property.items) return `list of ${typeOf(property.items as Property)}`;
  return `${property.type ?? 'any'}${bounds(property)}`;
}

function bounds(property: Property): string {
  const low = meaningful(property.exclusiveMinimum) ?? meaningful(property.minimum);
  const high = meaningful(property.exclusiveMaximum) ?? meaningful(property.maximum);
  const lower = low === undefined ? '' : ` ${meaningful(property.exclusiveMinimum) === undefined ? '>=' : '>'} ${low}`;
  const upper = high === undefined ? '' : ` ${meaningful(property.exclusiveMaximum) === undefined ? '<=' : '<'} ${high}`;
  return [lower, upper].filter((bound) => bound !== '').join(',');
}

/** Bounds that only say "fits a float64 integer" are left out. */
function meaningful(bound: number | undefined): number | undefined {
  return bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;
}
