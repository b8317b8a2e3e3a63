import 'reflect-metadata';
import type { Encoder, Registry } from '@viewforge/core';
import { cachedEncoder, chainEncoders } from '@viewforge/onnx';
import { type DependencyContainer, instanceCachingFactory, container as root } from 'tsyringe';
import { kindOf, listSlots, type Parts, type Slot, singleSlots } from './parts.ts';
import type { PartChoice, Recipe } from './recipe.ts';
import { partToken } from './tokens.ts';

/**
 * Wires the parts of one run in a container of its own. Nothing is made until it is first resolved, then only once;
 * `given` parts take the place of those that the recipe names; an encoder that is given has the recipe's heads and cache as well.
 */
export function createContainer(registry: Registry, recipe: Recipe, given: Partial<Parts> = {}): DependencyContainer {
  const scope = root.createChildContainer();
  const make = (slot: Slot, { use, options }: PartChoice) => registry.get(kindOf[slot], use)(options);
  const register = (slot: Slot, makeAll: () => unknown) => {
    const token = partToken(slot) as string;
    if (given[slot] !== undefined) scope.register(token, { useValue: given[slot] });
    else scope.register(token, { useFactory: instanceCachingFactory(makeAll) });
  };
  for (const slot of singleSlots) if (slot !== 'encoder') register(slot, () => make(slot, recipe[slot]));
  const wholeEncoder = () => {
    const encoder = given.encoder ?? (make('encoder', recipe.encoder) as Encoder);
    return withHeads(encoder, scope.resolve(partToken('heads')), recipe);
  };
  scope.register(partToken('encoder') as string, { useFactory: instanceCachingFactory(wholeEncoder) });
  for (const slot of listSlots) register(slot, () => recipe[slot].map((choice) => make(slot, choice)));
  return scope;
}

/** An encoder with its heads behind it and its cache around it. */
function withHeads(encoder: Encoder, heads: readonly Encoder[], { embeddingCache }: Recipe): Encoder {
  const chain = heads.length > 0 ? chainEncoders([encoder, ...heads]) : encoder;
  return embeddingCache ? cachedEncoder(chain, embeddingCache) : chain;
}
