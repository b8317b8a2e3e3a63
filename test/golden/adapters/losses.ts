import { type ContrastBatch, type EncodedViews, type Loss, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { infoNce, ntXent } from '@viewforge/losses';
import { bothWays } from '@viewforge/pairings';
import { type Features, stack, type Tensor, unstack, values } from '@viewforge/tensor';
import { goldenNumbers } from '@viewforge/testkit';
import { adapterOf, type Said, temperatureOf } from './loss-adapter.ts';
import type { Adapter } from './outcome.ts';

/** Losses by `fn`. */
export const lossAdapters: Readonly<Record<string, Adapter>> = {
  ntxent: adapterOf((golden, inputs) => {
    const { loss, gradients } = simclr([inputs['z0']!, inputs['z1']!], temperatureOf(golden));
    return { loss, grads: { z0: values(gradients[0]!), z1: values(gradients[1]!) } };
  }),
  ntxent_multi: adapterOf((golden, inputs) => {
    const places = placesOf([...goldenNumbers(golden.inputs['indexes']!)]);
    const views = places[0]!.map((_, view) => stack(places.map((rows) => unstack(inputs['z']!, rows[view]!))));
    const { loss, gradients } = simclr(views, temperatureOf(golden));
    const z = values(inputs['z']!).slice();
    const d = inputs['z']!.shape[1]!;
    for (const [item, rows] of places.entries()) {
      for (const [view, row] of rows.entries()) z.set(values(unstack(gradients[view]!, item)), row * d);
    }
    return { loss, grads: { z } };
  }),
  infonce_queue: adapterOf((golden, inputs) => {
    const [q, k, queue] = [inputs['q']!, inputs['k']!, inputs['queue']!];
    const n = q.shape[0]!;
    // only the queue gives negatives
    const others = Array.from({ length: n }, (_, i) => [...Array(n).keys()].filter((j) => j !== i));
    const batch: ContrastBatch = { ...pairs(q, k), keys: [k, queue], excluded: sparseExclusion(others) };
    const { value, gradients } = infoNce({ temperature: temperatureOf(golden) }).differentiate(batch);
    return {
      loss: value,
      grads: { q: values(gradients.queries!), k: values(gradients.keys![0]!), queue: values(gradients.keys![1]!) },
    };
  }),
  nnclr: adapterOf((golden, inputs) => {
    const { value, gradients } = infoNce({ temperature: temperatureOf(golden) }).differentiate(
      pairs(inputs['nn']!, inputs['p']!),
    );
    return { loss: value, grads: { nn: values(gradients.queries!), p: values(gradients.keys![0]!) } };
  }),
  supcon: adapterOf((golden, inputs) => {
    const labels = [...goldenNumbers(golden.inputs['labels']!)];
    const targets = labels.map((label, i) => {
      const same = labels.flatMap((other, j) => (other === label && j !== i ? [j] : []));
      return same.map((j) => [j, 1 / same.length] as const);
    });
    const x = inputs['x']!;
    const batch: ContrastBatch = { queries: x, keys: [x], targets: sparseWeights(targets), excluded: { kind: 'self' } };
    return againstItself(infoNce({ temperature: temperatureOf(golden) }), batch);
  }),
};

function simclr(views: readonly Features[], temperature: number): { loss: number; gradients: readonly Features[] } {
  const encoded: EncodedViews = {
    items: Array.from({ length: views[0]!.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: views.map((features) => ({ features, blend: { kind: 'identity' } })) },
  };
  const { batch, pullback } = bothWays().pair(encoded, null, { epoch: 0, step: 0, fraction: 0 });
  const { value, gradients } = ntXent({ temperature, positives: 'sum' }).differentiate(batch);
  return { loss: value, gradients: pullback(gradients)['view']! };
}

function againstItself(loss: Loss, batch: ContrastBatch): Said {
  const { value, gradients } = loss.differentiate(batch);
  const keys: Tensor = gradients.keys![0]!;
  return { loss: value, grads: { x: values(gradients.queries!).map((each, i) => each + values(keys)[i]!) } };
}

/** The rows of each index, in order. */
function placesOf(indexes: readonly number[]): number[][] {
  return [...new Set(indexes)].map((index) => indexes.flatMap((other, row) => (other === index ? [row] : [])));
}
