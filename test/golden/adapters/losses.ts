import {
  type ContrastBatch,
  type EncodedViews,
  type Loss,
  pairs,
  sparseExclusion,
  sparseWeights,
  type Weights,
} from '@viewforge/core';
import { decoupled, hardWeighted, infoNce, modelAware, ntXent, supCon, weightedDecoupled } from '@viewforge/losses';
import { bothWays } from '@viewforge/pairings';
import { type Features, stack, type Tensor, unstack, values } from '@viewforge/tensor';
import { type GoldenCase, goldenNumbers } from '@viewforge/testkit';
import { adapterOf, type Said, temperatureOf } from './loss-adapter.ts';
import type { Adapter } from './outcome.ts';

/** Losses by `fn`. */
export const lossAdapters: Readonly<Record<string, Adapter>> = {
  ntxent: ofTwoViews((golden) => ntXent({ temperature: temperatureOf(golden) })),
  dcl: ofTwoViews((golden) => decoupled({ temperature: temperatureOf(golden) })),
  dclw: ofTwoViews((golden) => weightedDecoupled({ temperature: temperatureOf(golden), sigma: numberOf(golden, 'sigma') })),
  hcl: ofTwoViews((golden) => {
    const temperature = temperatureOf(golden);
    // the other estimator is plain NT-Xent, whatever its other options say
    if (golden.params['estimator'] === 'easy') return ntXent({ temperature });
    return hardWeighted({ temperature, prior: numberOf(golden, 'tau_plus'), concentration: numberOf(golden, 'beta') });
  }),
  macl: ofTwoViews((golden) =>
    modelAware({
      temperature: temperatureOf(golden),
      alpha: numberOf(golden, 'alpha'),
      reference: numberOf(golden, 'A_0'),
    }),
  ),
  ntxent_multi: adapterOf((golden, inputs) => {
    const places = placesOf([...goldenNumbers(golden.inputs['indexes']!)]);
    const views = places[0]!.map((_, view) => stack(places.map((rows) => unstack(inputs['z']!, rows[view]!))));
    const { loss, gradients } = bothWaysBy(ntXent({ temperature: temperatureOf(golden), positives: 'sum' }), views);
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
  mocov3: adapterOf((golden, inputs) => {
    const loss = infoNce({ temperature: temperatureOf(golden), scale: 'twice-temperature' });
    const { value, gradients } = loss.differentiate(pairs(inputs['q']!, inputs['k']!));
    return { loss: value, grads: { q: values(gradients.queries!) } };
  }),
  supcon: adapterOf((golden, inputs) => {
    const temperature = temperatureOf(golden);
    return againstItself(supCon({ temperature, baseTemperature: temperature }), classBatch(golden, inputs['x']!));
  }),
  pml_ntxent: adapterOf((golden, inputs) => {
    const batch = classBatch(golden, inputs['x']!);
    const { offsets } = batch.targets as Extract<Weights, { kind: 'sparse' }>;
    // a mean over positive pairs is one over queries by their number of positives
    const queryWeights = Float64Array.from({ length: offsets.length - 1 }, (_, row) => offsets[row + 1]! - offsets[row]!);
    const loss = ntXent({ temperature: temperatureOf(golden), positives: 'apart' });
    return againstItself(loss, { ...batch, queryWeights });
  }),
};

/** A loss over two views of every item, all rows compared with all others. */
function ofTwoViews(make: (golden: GoldenCase) => Loss): Adapter {
  return adapterOf((golden, inputs) => {
    const { loss, gradients } = bothWaysBy(make(golden), [inputs['z0']!, inputs['z1']!]);
    return { loss, grads: { z0: values(gradients[0]!), z1: values(gradients[1]!) } };
  });
}

/** Every row against all others; rows of its class are positives alike. */
export function classBatch(golden: GoldenCase, x: Features): ContrastBatch {
  const labels = [...goldenNumbers(golden.inputs['labels']!)];
  const targets = labels.map((label, i) => {
    const same = labels.flatMap((other, j) => (other === label && j !== i ? [j] : []));
    return same.map((j) => [j, 1 / same.length] as const);
  });
  return { queries: x, keys: [x], targets: sparseWeights(targets), excluded: { kind: 'self' } };
}

function bothWaysBy(loss: Loss, views: readonly Features[]): { loss: number; gradients: readonly Features[] } {
  const { batch, pullback } = bothWaysOf(views);
  const { value, gradients } = loss.differentiate(batch);
  return { loss: value, gradients: pullback(gradients)['view']! };
}

/** Two or more views of every item, all rows compared with all others. */
export function bothWaysOf(views: readonly Features[]) {
  const encoded: EncodedViews = {
    items: Array.from({ length: views[0]!.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: views.map((features) => ({ features, blend: { kind: 'identity' } })) },
  };
  return bothWays().pair(encoded, null, { epoch: 0, step: 0, fraction: 0 });
}

function againstItself(loss: Loss, batch: ContrastBatch): Said {
  const { value, gradients } = loss.differentiate(batch);
  const keys: Tensor = gradients.keys![0]!;
  return { loss: value, grads: { x: values(gradients.queries!).map((each, i) => each + values(keys)[i]!) } };
}

function numberOf({ params }: GoldenCase, name: string): number {
  return Number(params[name]);
}

/** The rows of each index, in order. */
function placesOf(indexes: readonly number[]): number[][] {
  return [...new Set(indexes)].map((index) => indexes.flatMap((other, row) => (other === index ? [row] : [])));
}
