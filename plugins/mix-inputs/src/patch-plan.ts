import { type Exclusion, sparseWeights, type Weights } from '@viewforge/core';
import { permutation, type Random } from '@viewforge/random';

/** What mixed images are made of, patch by patch. */
export interface PatchPlan {
  /** For each mixed image the g rows of the batch that it is made of. */
  readonly members: readonly (readonly number[])[];
  /** For each mixed image and each of its L patches which of its members the patch is from, in [0, g). */
  readonly sources: readonly (readonly number[])[];
}

/**
 * One mixed image for every `group` items of n, in which each item has L / group of the `patches` (one more where that is no whole number),
 * at random places. The last group is filled up from the start of the batch.
 */
export function drawPatchPlan(n: number, group: number, patches: number, random: Random): PatchPlan {
  const groups = Math.ceil(n / group);
  const members = Array.from({ length: groups }, (_, q) => Array.from({ length: group }, (_, r) => (q * group + r) % n));
  const sources = members.map(() => permutation(random, patches).map((place) => place % group));
  return { members, sources };
}

/**
 * The plan for as many mixed images as items: image r of a group shows at each patch the member after the one that image r - 1 shows there.
 * So every patch of every item is in one mixed image of its group, unless the last group was filled up: of that only the rows of its own
 * items are there.
 */
export function rotatePatchPlan({ members, sources }: PatchPlan, n: number): PatchPlan {
  const group = members[0]?.length ?? 1;
  const rows = Array.from({ length: n }, (_, row) => ({ q: Math.floor(row / group), r: row % group }));
  return {
    members: rows.map(({ q }) => members[q]!),
    sources: rows.map(({ q, r }) => sources[q]!.map((source) => (source + r) % group)),
  };
}

/** Who belongs to whom among the L patches of one mixed image: the others of the same member in equal parts, never a patch itself. */
export function homologousTargets(sources: readonly number[]): { readonly targets: Weights; readonly excluded: Exclusion } {
  const rows = sources.map((source, patch) => {
    const others = sources.flatMap((other, at) => (other === source && at !== patch ? [at] : []));
    return others.map((at) => [at, 1 / others.length] as const);
  });
  return { targets: sparseWeights(rows), excluded: { kind: 'self' } };
}
