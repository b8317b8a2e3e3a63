import { type ContrastBatch, defineAugmenter, definePlan, type Loss, type Mixer } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { queue, type RowQueue } from '@viewforge/pairings';
import { type RunStep, run } from '@viewforge/run';
import { type Features, image } from '@viewforge/tensor';
import { exampleSource, flattenEncoder } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { featureTransformation, type TransformationDraw } from './feature-transformation.ts';
import { hallucinatePositives } from './hallucinate-positives.ts';
import { withPositives } from './with-positives.ts';

/** A view [1, 1, 4] of drawn numbers. */
const probe = defineAugmenter({
  name: 'probe',
  summary: 'Drawn numbers.',
  accepts: 'pixels',
  returns: 'image',
  options: z.object({}),
  draw: (_shape, _options, random) => [0, 0, 0, 0].map(() => random.normal(0, 1)),
  apply: (_pixels, drawn) => image(Float32Array.from(drawn), 1, 1, 4),
  reshape: () => [1, 1, 4],
});
const twoProbes = definePlan({
  name: 'two-probes',
  summary: 'Two probes.',
  groups: () => [{ role: 'view', count: 2, augment: probe() }],
});
/** What was seen of a step: the batch that the loss got, and the queue before it. */
interface Seen {
  readonly step: RunStep;
  readonly batch: ContrastBatch;
  readonly queued: RowQueue;
}

async function stepsOf(mixer: Mixer<'contrast'>, loss: Loss, count: number): Promise<Seen[]> {
  const pairing = queue({ capacity: 8 });
  const [batches, queues, steps]: [ContrastBatch[], RowQueue[], RunStep[]] = [[], [], []];
  const watched: typeof pairing = {
    ...pairing,
    pair(encoded, state, progress) {
      queues.push(state as RowQueue);
      return pairing.pair(encoded, state, progress);
    },
  };
  const all = run({
    ...{
      source: exampleSource(),
      plan: twoProbes(),
      encoder: flattenEncoder([1, 1, 4]),
      pairing: watched,
      loss,
      mixers: [mixer],
    },
    ...{ seed: 3, batchSize: 2, epochs: count },
    watch: ({ place, batch }) => void (place === 1 && batches.push(batch)),
  });
  for await (const step of all) {
    steps.push(step);
    if (steps.length === count) break;
  }
  return steps.map((step, i) => ({ step, batch: batches[i]!, queued: queues[i]! }));
}

test('with the queue of a run positives move and negatives are mixed, while the queue keeps its rows', async () => {
  const [, seen] = await stepsOf(featureTransformation(), infoNce({ similarity: 'dot', temperature: 0.5 }), 2);
  const { batch, step, queued } = seen!;
  const { positives } = step.mixes[0]!.params as unknown as TransformationDraw;
  const w = (positives.weights as { readonly value: number }).value;
  const [q, k] = step.encoded.views['view']!.map(({ features }) => features);
  const cosine = dot(q!, k!, 0) / (length(q!, 0) * length(k!, 0));
  expect(dot(batch.queries, batch.keys[0]!, 0)).toBeCloseTo(cosine + 2 * w * (1 - w) * (1 - cosine), 5);
  expect(length(batch.keys[1]!, 0)).toBeLessThan(0.9999);
  expect(Math.hypot(...queued.chunks[0]!.rows.subarray(0, 4))).toBeCloseTo(1, 6);
  expect(Number.isFinite(step.loss.value)).toBe(true);
});

test('the newest rows of the queue are those that were added last', async () => {
  const part = hallucinatePositives({ startEpoch: 0, prototypes: 4, window: 4, count: 5 });
  const seen = await stepsOf(part, withPositives(), 12);
  expect(seen.findIndex(({ batch }) => batch.positives !== undefined)).toBe(9); // 18 rows were seen, and 17 are needed
  const { end } = seen[11]!.step.mixes[0]!.params as { readonly end: number };
  const { steps } = seen[11]!.queued.chunks[0]!;
  expect([1, 2, 3, 4].map((back) => steps[(end - back + 8) % 8])).toEqual([10, 10, 9, 9]);
  const { counts } = seen[11]!.batch.positives!;
  expect(seen[11]!.step.loss.parts['syntheticPositives']).toBe(counts[0]! + counts[1]!);
});

function dot(a: Features, b: Features, row: number): number {
  return [0, 1, 2, 3].reduce((sum, e) => sum + a.get(row, e) * b.get(row, e), 0);
}

function length(rows: Features, row: number): number {
  return Math.sqrt(dot(rows, rows, row));
}
