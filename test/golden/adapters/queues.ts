import type { EncodedViews, Pairing } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { addToQueue, emptyQueue, openQueue, queue, type RowQueue, relational } from '@viewforge/pairings';
import { type Features, values } from '@viewforge/tensor';
import { type GoldenArray, type GoldenCase, goldenNumber, goldenNumbers, goldenTensor } from '@viewforge/testkit';
import { adapterOf, type Inputs, type Said, temperatureOf } from './loss-adapter.ts';
import { type Adapter, compare } from './outcome.ts';

/** Losses against a queue by `fn`, and what becomes of the queue. */
export const queueAdapters: Readonly<Record<string, Adapter>> = {
  // the memory bank of lightly
  infonce_bank: (golden, surroundings) => [
    ...adapterOf((_, inputs) => against('bank', golden, inputs, { gradientToKeys: true, atEnd: 'cut' }).said)(
      golden,
      surroundings,
    ),
    ...after('bank', golden, against('bank', golden, inFloat64(golden), { atEnd: 'cut' }).state),
  ],
  moco_queue: (golden, surroundings) => [
    ...adapterOf((_, inputs) => against('queue', golden, inputs, {}).said)(golden, surroundings),
    ...after('queue', golden, against('queue', golden, inFloat64(golden), {}).state),
  ],
  ressl: adapterOf((golden, inputs) => {
    const part = relational({ capacity: inputs['queue']!.shape[0]!, temperature: Number(golden.params['temperature_k']) });
    return run(part, queueOf(inputs['queue']!, 0), inputs, Number(golden.params['temperature_q'])).said;
  }),
};

function against(name: string, golden: GoldenCase, inputs: Inputs, options: Parameters<typeof queue>[0]): Ran {
  const rows = inputs[name]!;
  const part = queue({ ...options, capacity: rows.shape[0]! });
  return run(part, queueOf(rows, Number(golden.params['ptr'])), inputs, temperatureOf(golden));
}

interface Ran {
  readonly said: Said;
  readonly state: RowQueue;
}

function run(part: Pairing<RowQueue>, state: RowQueue, inputs: Inputs, temperature: number): Ran {
  const features = [inputs['q']!, inputs['k']!];
  const encoded: EncodedViews = {
    items: Array.from({ length: features[0]!.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: features.map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
  const paired = part.pair(encoded, state, { epoch: 0, step: 0, fraction: 0 });
  const { value, gradients } = infoNce({ temperature }).differentiate(paired.batch);
  const [q, k] = paired.pullback(gradients)['view']!;
  return { said: { loss: value, grads: { q: values(q!), k: values(k!) } }, state: paired.state };
}

/** A queue that holds these rows, of other items than those of the batch. */
function queueOf(rows: Features, pointer: number): RowQueue {
  const capacity = rows.shape[0]!;
  const opened = openQueue(emptyQueue(), { capacity, startRandom: false, seed: 0 }, rows, 'golden');
  const items = Array.from({ length: capacity }, (_, i) => ({ id: `row ${i}` }));
  return { ...addToQueue(opened, { rows, items, step: 0 }, 'wrap', 'golden'), pointer };
}

function after(name: string, { outputs }: GoldenCase, state: RowQueue) {
  const rows = state.chunks.flatMap((chunk) => [...chunk.rows]);
  return [
    // unit rows, each number at most 1
    compare(`${name} after`, rows, goldenNumbers(outputs[`${name}_after`] as GoldenArray), 1e-12),
    compare('pointer after', [state.pointer], [goldenNumber(outputs['ptr_after'])], 0),
  ];
}

function inFloat64({ inputs }: GoldenCase): Inputs {
  return Object.fromEntries(Object.entries(inputs).map(([name, array]) => [name, goldenTensor(array)]));
}
