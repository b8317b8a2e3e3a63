import { type ContrastBatch, defineMixer, flag, integer, number } from '@viewforge/core';
import { seedOf } from '@viewforge/random';
import { z } from 'zod';
import { arcRows } from './hallucinate.ts';
import { planHallucination } from './hallucinate-plan.ts';
import { type HallucinationDraw, openHallucination, queueRows } from './open-hallucination.ts';

const where = 'hallucinate-positives';

/**
 * Hallucinated latent positives (HaLP): for each query up to `count` new positives on the sphere, between its key and prototypes other
 * than the key's nearest one, as far as the nearest one stays the nearest. A point at share t = (1 - u) * border of the arc is the harder the
 * nearer u is to 0. Those whose nearest prototype is another one are dropped. They go into `positives` [n, count, d] with counts;
 * give the batch to `withPositives`, since other losses refuse it. What was dropped of a query is
 * `count` less its count.
 *
 * Prototypes are made anew for every batch, by spherical k-means on the newest `window` rows of the queue (the paper keeps them for 10
 * steps): a mixer keeps nothing, and they take some 2 ms. Without a queue they are made of all keys of the batch. Rows that no query may
 * see are left out. The newest rows are those before row (step * n) mod K of the blocks without positives, as `queue` writes them when all
 * batches have n items. Starts with `startEpoch` and once 2 K + 1 rows were seen.
 * Key and queue are constants: no gradient flows to them, and none from new positives.
 *
 * Draws from the seed: k-means++, then for each key from a stream of its own `count` pairs of a candidate and u.
 * Throws ViewforgeError: SHAPE, DOMAIN for a query with several positives or a batch with synthetic positives already, NOT_FINITE for keys
 * and newest rows that hold NaN or an infinity.
 */
export const hallucinatePositives = defineMixer({
  name: where,
  summary: 'Make new positives between each key and other prototypes (HaLP).',
  reference: 'https://arxiv.org/abs/2304.00387',
  mixes: 'contrast',
  options: z.object({
    count: integer({ default: 100, min: 1, unit: 'positives', doc: 'How many are drawn for each query.' }),
    prototypes: integer({ default: 20, min: 1, unit: 'prototypes', doc: 'Clusters of the newest rows.' }),
    window: integer({ default: 256, min: 1, unit: 'rows', doc: 'How many of the newest rows of the queue are clustered.' }),
    skip: integer({
      default: 0,
      min: 0,
      unit: 'prototypes',
      doc: 'How many prototypes next to the nearest one are left out, too; the script of the paper counts the nearest one and says 1.',
    }),
    candidates: integer({
      default: 20,
      min: 1,
      unit: 'prototypes',
      doc: 'The most prototypes, nearest first, that positives lie toward.',
    }),
    easiest: number({
      default: 0.8,
      min: 0,
      open: 'min',
      max: 1,
      unit: 'none',
      doc: 'u is drawn from 0, the border of the cell, to this; 1 is the key itself (the hardness lambda of the paper).',
    }),
    hardest: flag({ default: false, doc: 'Put all positives just before the border.' }),
    startEpoch: integer({
      default: 200,
      min: 0,
      unit: 'epochs',
      doc: 'Epoch from which positives are made; the paper trains MoCo for 200 epochs before. 0 for a model that was trained.',
    }),
  }),
  draw(batch: ContrastBatch, { startEpoch, ...how }, random, context): HallucinationDraw {
    const queued = queueRows(batch).length;
    const seen = context.step * batch.queries.shape[0]!;
    if (context.epoch < startEpoch || seen < 2 * queued + 1) return null;
    return { ...how, seed: seedOf(random), end: queued === 0 ? 0 : seen % queued };
  },
  apply(batch, params: HallucinationDraw) {
    if (params === null) return batch;
    const { keys, prototypes, points } = openHallucination(batch, params);
    return { ...batch, positives: arcRows(keys, prototypes, points, batch.queries, params.count) };
  },
  pullback(_batch, _params, { positives: _, ...gradients }) {
    return gradients;
  },
  graph: { plan: planHallucination },
});
