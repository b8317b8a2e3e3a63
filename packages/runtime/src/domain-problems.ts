import { type Registry, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';
import { kindOf, type ListSlot, type Parts, type SingleSlot, type Slot, singleSlots } from './parts.ts';
import { mainJob } from './recipe.ts';

/**
 * What is wrong between the parts of an unchecked recipe: each part is made (nothing is loaded by that) and compared with
 * its neighbor. Parts whose name or options are wrong are passed over, as the schema reports them.
 */
export function domainProblems(registry: Registry, input: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  const single = <S extends SingleSlot>(slot: S) =>
    make(registry, slot, input[slot] ?? mainJob[slot], slot, problems) as Parts[S] | undefined;
  const made = Object.fromEntries(singleSlots.map((slot) => [slot, single(slot)])) as Partial<Parts>;
  const { source, plan, pairing, loss } = made;
  if (source && plan && source.gives !== plan.accepts) {
    problems.push(`plan.use: expected a plan of ${source.gives}, which "${source.name}" gives, got one of ${plan.accepts}`);
  }
  if (pairing && loss && pairing.makes !== loss.measures) {
    problems.push(`loss.use: expected a loss of ${pairing.makes}, which "${pairing.name}" makes, got one of ${loss.measures}`);
  }
  if (pairing && input['scores'] !== undefined && pairing.makes !== 'contrast') {
    problems.push(`scores: expected a pairing that makes contrast, got "${pairing.name}", which makes ${pairing.makes}`);
  }
  const mixes = { inputMixers: 'batch', mixers: 'contrast' } as const;
  for (const slot of ['inputMixers', 'mixers'] as const) {
    list(registry, slot, input[slot], problems).forEach((mixer, i) => {
      if (mixer && mixer.mixes !== mixes[slot]) {
        problems.push(`${slot}[${i}].use: expected a mixer of ${mixes[slot]}, got "${mixer.name}", which mixes ${mixer.mixes}`);
      }
    });
  }
  list(registry, 'heads', input['heads'], problems);
  list(registry, 'metrics', input['metrics'], problems);
  return problems;
}

function list<S extends ListSlot>(registry: Registry, slot: S, given: unknown, problems: string[]) {
  const parts: readonly unknown[] = Array.isArray(given) ? given : [];
  return parts.map((part, i) => make(registry, slot, part, `${slot}[${i}]`, problems) as Parts[S][number] | undefined);
}

function make(registry: Registry, slot: Slot, part: unknown, path: string, problems: string[]): unknown {
  const { use, options = {} } = (part ?? {}) as { use?: unknown; options?: unknown };
  if (typeof use !== 'string' || !registry.list(kindOf[slot]).includes(use)) return undefined;
  try {
    return registry.get(kindOf[slot], use)(options as never);
  } catch (error) {
    if (!(error instanceof ViewforgeError)) throw error;
    if (!(error.cause instanceof z.ZodError)) problems.push(`${path}: ${error.message}`);
    return undefined;
  }
}
