import {
  type AnyFactory,
  createRegistry,
  type Domain,
  type Domains,
  type Kind,
  type Kinds,
  type Loss,
  type Pairing,
  type Plugin,
  pairs,
  remake,
} from '@viewforge/core';
import { expect } from 'vitest';
import { augmenterLaws } from './augmenter-laws.ts';
import { exampleEncodedViews } from './example-batches.ts';
import { exampleFeatures } from './example-features.ts';
import { exampleImages, examplePixels } from './example-images.ts';
import { exampleItems } from './example-items.ts';
import { exampleViewBatches } from './example-view-batches.ts';
import { indexLaws } from './index-laws.ts';
import { type Law, registerLaws } from './law.ts';
import { lossLaws } from './loss-laws.ts';
import { metricLaws } from './metric-laws.ts';
import { mixerLaws } from './mixer-laws.ts';
import { optionLaws, schemaOf } from './option-laws.ts';
import { pairingLaws } from './pairing-laws.ts';
import { planLaws } from './plan-laws.ts';
import { samplerLaws } from './sampler-laws.ts';

/**
 * Registers every law that a plugin's manifest is enough for: the manifest is complete and a registry takes it, each part
 * describes itself and its options, each part can be made again from its origin, and the laws of each kind hold for its
 * defaults on the example data of this package.
 */
export function obeysPluginLaws(plugin: Plugin): void {
  registerLaws(`the plugin ${plugin.name} obeys its laws`, manifestLaws(plugin));
  for (const factory of plugin.provides) {
    registerLaws(`${plugin.name}/${factory.about.name} (${factory.kind}) obeys its laws`, partLaws(plugin, factory));
  }
}

/** The laws of the manifest itself, as values. */
export function manifestLaws(plugin: Plugin): Law[] {
  return [
    { name: 'a registry takes it and lists every part', check: () => listed(plugin) },
    { name: 'it names its module, so that worker threads can import it', check: () => expect(plugin.module).toMatch(/^[a-z]+:/) },
  ];
}

/** The laws of one part of a plugin, as values. */
export function partLaws(plugin: Plugin, factory: AnyFactory): Law[] {
  const described = { name: 'it says in one sentence what it does', check: () => describes(factory) };
  // what has no default (a path, a model) the manifest cannot know
  if ((schemaOf(factory).required ?? []).length > 0) return [described, ...optionLaws(factory)];
  const remade = { name: 'it can be made again from its origin', check: () => remakes(plugin, factory) };
  return [described, remade, ...kindLaws(factory)];
}

function kindLaws(factory: AnyFactory): Law[] {
  if (factory.kind === 'augmenter') {
    const inputs = examplesOf(factory().accepts);
    return inputs ? augmenterLaws(factory, inputs) : optionLaws(factory);
  }
  if (factory.kind === 'plan') return factory().accepts === 'pixels' ? planLaws(factory, exampleItems()) : optionLaws(factory);
  return [...defaultLaws(factory), ...optionLaws(factory)];
}

/** The laws of what is made with the defaults, where there are examples for it. */
function defaultLaws(factory: AnyFactory): Law[] {
  const part: Kinds[Kind] = factory();
  if (part.kind === 'sampler') return samplerLaws(part, 'any');
  if (part.kind === 'index') return indexLaws(part);
  if (part.kind === 'loss') return part.measures === 'contrast' ? lossLaws(part as Loss) : [];
  // whether gradients flow to keys the manifest does not say; they flow to queries in any case
  if (part.kind === 'pairing') return part.makes === 'contrast' ? pairingLaws(part as Pairing, undefined, ['queries']) : [];
  if (part.kind === 'metric') return metricLaws(part, [], [exampleEncodedViews()]).filter(({ name }) => !name.includes('known'));
  if (part.kind === 'mixer' && part.mixes === 'contrast') {
    return mixerLaws(part, [pairs(exampleFeatures(6, 4, 0), exampleFeatures(6, 4, 1))]);
  }
  if (part.kind === 'mixer' && part.mixes === 'batch') return mixerLaws(part, exampleViewBatches());
  return [];
}

/** Example data of a domain; undefined for domains that only a plugin knows. */
function examplesOf(domain: Domain): readonly Domains[Domain][] | undefined {
  if (domain === 'pixels') return examplePixels(2);
  if (domain === 'image') return exampleImages();
  return domain === 'features' ? [exampleFeatures()] : undefined;
}

function listed(plugin: Plugin): void {
  const registry = createRegistry([plugin]);
  for (const factory of plugin.provides) {
    const name = `${plugin.name}/${factory.about.name}`;
    expect(registry.list(factory.kind)).toContain(name);
    expect(registry.get(factory.kind, name)).toBe(factory);
  }
}

function describes({ about }: AnyFactory): void {
  expect(about.summary, 'one sentence that ends with a full stop').toMatch(/^[A-Z].*\.$/);
  expect(about.version).toBeGreaterThanOrEqual(1);
  if (about.reference !== undefined) expect(about.reference).toMatch(/^https:\/\//);
}

function remakes(plugin: Plugin, factory: AnyFactory): void {
  const part = factory();
  expect(part.origin, 'an origin').toBeDefined();
  const origin = JSON.parse(JSON.stringify(part.origin)) as NonNullable<typeof part.origin>;
  const again = remake(factory.kind, origin, new Map([[plugin.module!, plugin]]));
  expect(again.origin).toEqual(part.origin);
  expect([again.kind, again.name, again.version]).toEqual([part.kind, part.name, part.version]);
}
