import { defineMixer, range, type ViewBatch } from '@viewforge/core';
import { permutation } from '@viewforge/random';
import { type Features, tensor, values } from '@viewforge/tensor';
import { z } from 'zod';
import { asType } from '../as-type.ts';
import { itemRows, rowsAt } from '../classes/class-rows.ts';
import { pullSlerp, slerpRows } from './interpolate-rows.ts';
import { pairBlend } from './pair-blend.ts';
import { stageFor, stageOptions } from './stage-options.ts';

/** How far toward whom each item goes along the arc, and where in the encoder. */
export type ArcDraw = { readonly partners: readonly number[]; readonly shares: readonly number[]; readonly stage: number };

/**
 * Moves each row along the arc to that of another item, which keeps lengths where both have one: `slerpRows` of the rows [n, d], blended
 * (1 - t) and t. Antipodal rows have no arc, stay, and keep their label. Gradients flow to both rows, through the angle as well.
 */
export const sphericalMixup = defineMixer({
  name: 'spherical-mixup',
  summary: 'Move each embedding along the arc to another one of the batch.',
  mixes: 'batch',
  options: z.object({
    shareRange: range({
      default: [0, 0.5],
      min: 0,
      max: 1,
      unit: 'share of the arc',
      doc: 'How far each item goes is drawn from here.',
    }),
    stage: stageOptions.stage,
  }),
  draw: ({ values }, { shareRange: [low, high], stage }, random, context): ArcDraw => {
    const partners = permutation(random, values.shape[0]!);
    return { partners, shares: partners.map(() => random.uniform(low, high)), stage: stageFor(stage, context) };
  },
  apply: (batch, { partners, shares }: ArcDraw) => {
    const own = flat(batch);
    const { rows, antipodal } = slerpRows(own, rowsAt(own, partners), shares);
    const kept = shares.map((share, i) => (antipodal[i] === 1 ? 1 : 1 - share));
    return { ...batch, values: tensor(values(rows), batch.values.shape), blend: pairBlend(batch.blend, partners, kept) };
  },
  stageOf: ({ stage }: ArcDraw) => stage,
  pullback: (batch, { partners, shares }, gradients) => {
    if (gradients.values === undefined) return gradients;
    const own = flat(batch);
    const back = pullSlerp(own, rowsAt(own, partners), shares, flat({ values: gradients.values }));
    const [sums, toPartners] = [Float64Array.from(values(back.a)), values(back.b)];
    const d = own.shape[1]!;
    for (const [i, partner] of partners.entries())
      for (let k = 0; k < d; k++) sums[partner * d + k] = sums[partner * d + k]! + toPartners[i * d + k]!;
    return { ...gradients, values: asType(sums, gradients.values) };
  },
});

/** Items as rows [n, d], whatever their shape. */
function flat({ values: items }: Pick<ViewBatch, 'values'>): Features {
  const { data, n, d } = itemRows(items);
  return tensor(data, [n, d]);
}
