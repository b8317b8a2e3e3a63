import { defineMixer } from '@viewforge/core';
import { z } from 'zod';
import { forViews, viewOptions, whereDrawn } from './chosen-views.ts';
import { drawPartners } from './draw-partners.ts';
import { betaLaw, drawWeights } from './draw-weights.ts';
import { mixPairs, type PairDraw } from './mixup.ts';

/**
 * Mixes the queries of the first half of a batch with those of the second, each by a weight of its own from U(0, 1); targets over the keys
 * are as soft. A batch keeps its n rows: row i + n / 2 is the same pair again with another weight, where the paper has n / 2 rows. The last
 * row of an odd batch stays clean.
 */
export const mixco = defineMixer({
  name: 'mixco',
  summary: 'Mix queries of the two halves of a batch, with soft targets.',
  reference: 'https://arxiv.org/abs/2010.06300',
  mixes: 'batch',
  options: z.object(viewOptions([0])),
  draw: forViews(({ values }, _options, random): PairDraw => {
    const n = values.shape[0]!;
    const law = betaLaw(1, { law: 'uniform', sharing: 'sample' });
    return { weights: drawWeights(law, n, random), partners: drawPartners('halves', n, random) };
  }),
  apply: whereDrawn(mixPairs),
});
