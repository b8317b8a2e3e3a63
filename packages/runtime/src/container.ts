import 'reflect-metadata';
import type { Registry } from '@viewforge/core';
import { type DependencyContainer, instanceCachingFactory, container as root } from 'tsyringe';
import { kindOf, listSlots, type Parts, type Slot, singleSlots } from './parts.ts';
import type { PartChoice, Recipe } from './recipe.ts';
import { partToken } from './tokens.ts';

/**
 * Wires the parts of one run in a container of its own. Nothing is made until it is first resolved, then only once;
 * `given` parts take the place of those that the recipe names.
 */
export function createContainer(registry: Registry, recipe: Recipe, given: Partial<Parts> = {}): DependencyContainer {
  const scope = root.createChildContainer();
  const make = (slot: Slot, { use, options }: PartChoice) => registry.get(kindOf[slot], use)(options);
  const register = (slot: Slot, makeAll: () => unknown) => {
    const token = partToken(slot) as string;
    if (given[slot] !== undefined) scope.register(token, { useValue: given[slot] });
    else scope.register(token, { useFactory: instanceCachingFactory(makeAll) });
  };
  for (const slot of singleSlots) register(slot, () => make(slot, recipe[slot]));
  for (const slot of listSlots) register(slot, () => recipe[slot].map((choice) => make(slot, choice)));
  return scope;
}
