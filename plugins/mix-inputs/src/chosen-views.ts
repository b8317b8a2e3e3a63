import { type Json, type MixContext, text, type ViewBatch } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { z } from 'zod';

/** Which views a mixer takes; the others stay clean. */
export interface ViewChoice {
  /** Every role when left out. */
  readonly role?: string | undefined;
  /** Indices in the role; all of them when empty. */
  readonly views: readonly number[];
}

/** The options that say which views are mixed, `usual` unless chosen otherwise. */
export function viewOptions(usual: readonly number[] = []) {
  return {
    role: text({ doc: 'Role of the views that are mixed; every role when left out.' }).optional(),
    views: z
      .array(z.int().min(0))
      .readonly()
      .default([...usual])
      .describe(
        'Indices of the views that are mixed, each by draws of its own, while the others stay clean; all of them when empty.',
      )
      .meta({ unit: 'none' }),
  };
}

/** A mixer's `draw` for the chosen views: null, which changes nothing, for any other. A batch that comes without role or index is mixed. */
export function forViews<O extends ViewChoice, P extends Json>(
  draw: (batch: ViewBatch, options: O, random: Random, context: MixContext) => P | null,
): (batch: ViewBatch, options: O, random: Random, context: MixContext) => P | null {
  return (batch, options, random, context) => (isChosen(options, context) ? draw(batch, options, random, context) : null);
}

/** A mixer's `apply` that leaves the batch as it was where nothing was drawn. */
export function whereDrawn<P extends Json>(
  apply: (batch: ViewBatch, params: P) => ViewBatch,
): (batch: ViewBatch, params: P | null) => ViewBatch {
  return (batch, params) => (params === null ? batch : apply(batch, params));
}

function isChosen({ role, views }: ViewChoice, context: MixContext): boolean {
  if (role !== undefined && context.role !== undefined && context.role !== role) return false;
  return views.length === 0 || context.index === undefined || views.includes(context.index);
}
