import { type ContrastBatch, defineAugmenter, definePlan } from '@viewforge/core';
import { createGraph } from '@viewforge/graph';
import { infoNce } from '@viewforge/losses';
import { momentumEncoder } from '@viewforge/onnx';
import { queue, restoreState, saveState } from '@viewforge/pairings';
import { type Checkpoint, run } from '@viewforge/run';
import { image, type Tensor, tensor, values } from '@viewforge/tensor';
import { exampleSource } from '@viewforge/testkit';
import { expect, test } from 'vitest';

// The key path of MoCo through a whole run: the key follows the query before each step, keys enter the queue after it, and all of it can be
// taken up again. What is expected is worked out here in float64 from the views and the weights of every step.

const [d, e] = [4, 3];
const momentum = 0.5;
const capacity = 6;
const temperature = 0.2;

const corners = defineAugmenter({
  name: 'corners',
  summary: 'Four numbers of an item, each a little louder.',
  accepts: 'pixels',
  returns: 'image',
  draw: (_shape, _options, random) => ({ gains: Array.from({ length: d }, () => random.uniform(0.5, 1.5)) }),
  apply: (content, { gains }) =>
    image(
      Float32Array.from(gains, (gain, i) => (gain * content.get(i % 3, i, i)) / 255),
      1,
      1,
      d,
    ),
});
const twoCorners = definePlan({
  name: 'two-corners',
  summary: 'Two.',
  groups: () => [{ role: 'view', count: 2, augment: corners() }],
});

function linear(): Uint8Array {
  const graph = createGraph({ name: 'linear' });
  const rows = graph.node('Flatten', [graph.input('image', 'float32', ['n', 1, 1, d])], { axis: 1 });
  const weight = graph.constant(weightAt(0), [d, e]);
  graph.output('features', graph.node('MatMul', [rows, weight]), 'float32', ['n', e]);
  return graph.bytes();
}

/** The query's weights before step t: what a training could have made of them. */
function weightAt(t: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: d * e }, (_, i) => Math.sin(1 + i + 0.7 * t));
}

const options = (encoder: ReturnType<typeof momentumEncoder>, watch: (batch: ContrastBatch) => void) => ({
  source: exampleSource(),
  plan: twoCorners(),
  encoder,
  pairing: queue({ capacity, exclude: 'nothing' }), // the same items come again in every epoch
  loss: infoNce({ temperature }),
  seed: 3,
  batchSize: 2,
  epochs: 3,
  watch: ({ batch }: { readonly batch: ContrastBatch }) => watch(batch),
});

function times(rows: Tensor, weight: readonly number[]): number[][] {
  return Array.from({ length: rows.shape[0]! }, (_, i) =>
    Array.from({ length: e }, (_, j) =>
      Array.from({ length: d }, (_, k) => rows.get(i, 0, 0, k) * weight[k * e + j]!).reduce((sum, x) => sum + x, 0),
    ),
  );
}
const unit = (row: readonly number[]) => row.map((x) => x / Math.hypot(...row));
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

test('three epochs agree with a computation by hand, and so do steps after an interruption with saved weights', async () => {
  const encoder = momentumEncoder({ model: linear(), momentum, threads: 1 });
  const batches: ContrastBatch[] = [];
  let key = [...weightAt(0)];
  let rows: number[][] | undefined;
  const losses: number[] = [];
  const saved: { checkpoint: Checkpoint; state: Uint8Array; weights: Uint8Array }[] = [];
  for await (const step of run(options(encoder, (batch) => batches.push(batch)))) {
    const t = step.step;
    const [asks, keys] = step.views['view']!.map(({ values: view }) => view) as [Tensor, Tensor];
    const queries = times(asks, [...weightAt(t)]);
    const positives = times(keys, key);
    rows ??= queueOf(batches[0]!);
    losses.push(infoNceOf(queries, positives, rows));
    expect(step.loss.value).toBeCloseTo(losses.at(-1)!, 5); // float32
    rows = enqueue(rows, positives.map(unit), t);
    await encoder.update({ constant_0: tensor(weightAt(t + 1), [d, e]) });
    key = key.map((old, i) => Math.fround(momentum * old + (1 - momentum) * weightAt(t + 1)[i]!));
    expect([...values((await encoder.weights('key'))['constant_0']!)]).toEqual(key);
    const state = saveState(step.checkpoint.state);
    saved.push({ checkpoint: step.checkpoint, state, weights: await encoder.save() });
  }
  await encoder.close();
  expect(losses).toHaveLength(6);

  const { checkpoint, state, weights } = saved[2]!;
  const later = momentumEncoder({ model: linear(), momentum, threads: 1 });
  await later.restore(weights);
  const rest: number[] = [];
  for await (const step of run({ ...options(later, () => {}), resume: { ...checkpoint, state: restoreState(state) } })) {
    rest.push(step.loss.value);
    await later.update({ constant_0: tensor(weightAt(step.step + 1), [d, e]) });
  }
  await later.close();
  expect(rest).toHaveLength(3);
  for (const [i, value] of rest.entries()) expect(value).toBeCloseTo(losses[3 + i]!, 5); // float32
});

/** The rows of the queue in a batch: every block but the first, which holds the keys of the batch. */
function queueOf({ keys }: ContrastBatch): number[][] {
  return keys
    .slice(1)
    .flatMap((block) => Array.from({ length: block.shape[0]! }, (_, i) => Array.from({ length: e }, (_, j) => block.get(i, j))));
}

/** Two new rows at the place of step t. */
function enqueue(rows: readonly number[][], fresh: readonly number[][], t: number): number[][] {
  const next = [...rows];
  fresh.forEach((row, i) => void (next[(2 * t + i) % capacity] = row));
  return next;
}

/** -log of the share of the own key among it and the queue, by cosine. */
function infoNceOf(queries: readonly number[][], keys: readonly number[][], rows: readonly number[][]): number {
  const each = queries.map((query, i) => {
    const logits = [unit(keys[i]!), ...rows.map(unit)].map((row) => dot(unit(query), row) / temperature);
    return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[0]!;
  });
  return each.reduce((sum, value) => sum + value, 0) / each.length;
}
