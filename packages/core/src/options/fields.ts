import { z } from 'zod';

/** What an option's field says of itself besides its type. */
export interface FieldAbout {
  /** Unit in words: "pixels", "share of area", "radians"; "none" for pure numbers. */
  readonly unit: string;
  /** One sentence. */
  readonly doc: string;
}

interface NumberField extends FieldAbout {
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
  /** The bounds are part of what is allowed unless this says so. */
  readonly open?: 'min' | 'max' | 'both';
}

/** A real number within bounds. */
export function number(field: NumberField) {
  return bounded(z.number(), field).default(field.default).describe(field.doc).meta({ unit: field.unit });
}

/** A whole number within bounds. */
export function integer(field: NumberField) {
  return bounded(z.int(), field).default(field.default).describe(field.doc).meta({ unit: field.unit });
}

/** An interval [low, high] that is drawn from; low <= high, both within bounds. Equal ends fix the value. */
export function range(
  field: FieldAbout & { readonly default: readonly [number, number]; readonly min?: number; readonly max?: number },
) {
  const end = bounded(z.number(), field);
  return z
    .tuple([end, end])
    .readonly()
    .refine(([low, high]) => low <= high, { message: 'expected [low, high] with low <= high' })
    .default([...field.default])
    .describe(field.doc)
    .meta({ unit: field.unit });
}

/** One of a few words. */
export function choice<const C extends readonly [string, ...string[]]>(
  of: C,
  field: { readonly default: C[number]; readonly doc: string },
) {
  return z
    .enum(of)
    .default(field.default as never)
    .describe(field.doc)
    .meta({ unit: 'none' });
}

/** Yes or no. */
export function flag(field: { readonly default: boolean; readonly doc: string }) {
  return z.boolean().default(field.default).describe(field.doc).meta({ unit: 'none' });
}

/** A text that is not empty, such as a path; it must be given when it has no default. */
export function text(field: { readonly default: string; readonly doc: string }): z.ZodDefault<z.ZodString>;
export function text(field: { readonly doc: string }): z.ZodString;
export function text(field: { readonly default?: string; readonly doc: string }): z.ZodDefault<z.ZodString> | z.ZodString {
  const about = { unit: 'none' };
  const base = z.string().min(1);
  if (field.default === undefined) return base.describe(field.doc).meta(about);
  return base.default(field.default).describe(field.doc).meta(about);
}

function bounded<N extends z.ZodNumber>(
  base: N,
  { min, max, open }: { readonly min?: number; readonly max?: number; readonly open?: 'min' | 'max' | 'both' },
): N {
  let field: z.ZodNumber = base;
  if (min !== undefined) field = open === 'min' || open === 'both' ? field.gt(min) : field.gte(min);
  if (max !== undefined) field = open === 'max' || open === 'both' ? field.lt(max) : field.lte(max);
  return field as N;
}
