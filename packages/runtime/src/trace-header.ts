import { type Json, type Kinds, type Origin, partVersions, type TraceHeader } from '@viewforge/core';
import { decoderVersions } from '@viewforge/image';
import type { CheckedRecipe } from './parse-recipe.ts';
import { versions } from './versions.ts';

/** The first line of a run's trace: seed, plan with its complete options, its parts, the plugin it comes from, and versions. */
export async function traceHeader({ recipe, registry, plugins }: CheckedRecipe): Promise<TraceHeader> {
  const { use, options } = recipe.plan;
  const plan = registry.get('plan', use)(options as never);
  const shrinkTo = Number(recipe.source.options['shrinkTo'] ?? 0);
  return {
    trace: 'viewforge/1',
    seed: recipe.seed,
    plan: { use, version: plan.version, options: options as Json },
    parts: planParts(plan),
    plugins: plugins.filter(({ name }) => use.startsWith(`${name}/`)),
    ...(shrinkTo > 0 && { shrinkTo }),
    versions: { ...versions(), ...(await decoderVersions()) },
  };
}

/** Versions of the parts that a plan's views depend on, by "plugin/part". */
export function planParts({ groups }: Kinds['plan']): Readonly<Record<string, number>> {
  const origins: readonly (Origin | undefined)[] = groups.map(({ augment }) => augment.origin);
  return partVersions(origins.filter((origin) => origin !== undefined));
}
