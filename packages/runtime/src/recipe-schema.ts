import { type Json, optionsSchema, type Registry } from '@viewforge/core';
import { z } from 'zod';
import { kindOf, type ListSlot, listSlots, type SingleSlot, type Slot, singleSlots } from './parts.ts';
import { mainJob, type PartSchema, recipeObject, type SlotSchemas } from './recipe.ts';

/** JSON Schema (draft 2020-12) of a recipe made of the parts in a registry, for editors. */
export function recipeSchema(registry: Registry): Json {
  const single = (slot: SingleSlot) => anyPart(registry, slot).prefault(mainJob[slot]);
  const list = (slot: ListSlot) => z.array(anyPart(registry, slot)).prefault([...mainJob[slot]]);
  const slots = Object.fromEntries([
    ...singleSlots.map((slot) => [slot, single(slot)]),
    ...listSlots.map((slot) => [slot, list(slot)]),
  ]) as SlotSchemas;
  return optionsSchema(recipeObject(slots));
}

/** Any known part of the kind that goes into `slot`: one variant for each, told apart by `use`. */
function anyPart(registry: Registry, slot: Slot): PartSchema {
  const variants = registry.list(kindOf[slot]).map((name) => {
    const { about } = registry.get(kindOf[slot], name);
    return z.strictObject({ use: z.literal(name), options: about.options.optional() }).describe(about.summary);
  });
  if (variants.length === 0) return z.strictObject({ use: z.never(), options: z.never() }) as unknown as PartSchema;
  return z.union(variants) as unknown as PartSchema;
}
