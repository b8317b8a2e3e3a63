import type { Registry } from '@viewforge/core';
import { z } from 'zod';
import { nearest } from './nearest.ts';
import { kindOf, type ListSlot, listSlots, type SingleSlot, type Slot, singleSlots } from './parts.ts';
import { mainJob, type PartInput, type PartSchema, type SlotSchemas } from './recipe.ts';

/**
 * The schemas of the parts that `input`, an unchecked recipe, names: each part's options by the schema of its own factory.
 * A name that the registry does not know is a problem of its `use`, with the name that was probably meant.
 */
export function slotSchemas(registry: Registry, input: Readonly<Record<string, unknown>>): SlotSchemas {
  const single = (slot: SingleSlot) => partSchema(registry, slot, input[slot] ?? mainJob[slot]).prefault(mainJob[slot]);
  const list = (slot: ListSlot) => {
    const given = input[slot] ?? mainJob[slot];
    const fallback = mainJob[slot] as PartInput[];
    if (!Array.isArray(given)) return z.array(z.never()).default([]);
    return z.tuple(given.map((part) => partSchema(registry, slot, part)) as unknown as [PartSchema]).prefault(fallback as never);
  };
  return Object.fromEntries([
    ...singleSlots.map((slot) => [slot, single(slot)]),
    ...listSlots.map((slot) => [slot, list(slot)]),
  ]) as SlotSchemas;
}

function partSchema(registry: Registry, slot: Slot, part: unknown): PartSchema {
  const use = part !== null && typeof part === 'object' ? Reflect.get(part, 'use') : undefined;
  const known = registry.list(kindOf[slot]);
  const anyOptions = z.record(z.string(), z.unknown()).default({});
  if (typeof use !== 'string') return schemaOf(z.string(), anyOptions);
  if (!known.includes(use)) {
    const meant = nearest(use, known);
    const hint = meant === undefined ? `one of ${known.join(', ') || 'none'}` : `did you mean "${meant}"?`;
    const name = z.string().refine(() => false, { message: `expected the name of a known ${kindOf[slot]} (${hint})` });
    return schemaOf(name, anyOptions);
  }
  return schemaOf(z.string(), registry.get(kindOf[slot], use).about.options.prefault({}));
}

function schemaOf(use: z.ZodString, options: z.ZodType): PartSchema {
  return z.strictObject({ use, options }) as unknown as PartSchema;
}
