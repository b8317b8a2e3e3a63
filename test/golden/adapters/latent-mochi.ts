import { type ContrastBatch, excludedRanges, pairs } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { searchTop } from '@viewforge/miners';
import { type Mixtures, mixHardest } from '@viewforge/mix-mochi';
import { values } from '@viewforge/tensor';
import {
  type GoldenArray,
  type GoldenCase,
  type GoldenFamily,
  goldenNumber,
  goldenNumbers,
  goldenTensor,
} from '@viewforge/testkit';
import { type Adapter, compare, float64Tolerance, largest, type Outcome } from './outcome.ts';

/** MoCHi by `fn`: the ranking, both kinds of negatives from given draws, their logits and the loss. */
export const latentMochiAdapters: Readonly<Record<string, Adapter>> = {
  mochi(golden, { family }) {
    const batch = queued(golden);
    const [count, temperature] = [Number(golden.params['n_hard']), Number(golden.params['temperature'])];
    const [queries, queue] = [batch.queries, batch.keys[1]!];
    const [n, d] = queries.shape as [number, number];
    const [s, s2] = [Number(golden.params['s1']), Number(golden.params['s2'])];
    const total = s + s2;
    const mixed = mixHardest(batch, { count, total, mixtures: (query) => givenMixtures(golden, query, s, s2) }, 'golden');
    const rows = values(mixed.extras!.values);
    const kind = (from: number, length: number) =>
      Array.from({ length: n }, (_, query) => [
        ...rows.subarray((query * total + from) * d, (query * total + from + length) * d),
      ]).flat();
    const logits = Array.from({ length: n * total }, (_, at) => {
      const query = Math.floor(at / total);
      let sum = 0;
      for (let i = 0; i < d; i++) sum += values(queries)[query * d + i]! * rows[at * d + i]!;
      return sum / temperature;
    });
    return [
      compare('hard', searchTop({ queries, keys: [queue], count }).columns, listOf(golden.outputs['hard']), 0),
      numbers('type1', kind(0, s), golden, family),
      numbers('type2', kind(s, s2), golden, family),
      numbers('logits_tail', logits, golden, family),
      compare('loss', [infoNce({ temperature }).measure(mixed).value], [goldenNumber(golden.outputs['loss'])], 1e-9),
    ];
  },
};

/** Each query with its own key and the queue. */
function queued({ inputs }: GoldenCase): ContrastBatch {
  const [queries, own, queue] = [goldenTensor(inputs['q']!), goldenTensor(inputs['k_pos']!), goldenTensor(inputs['queue']!)];
  const n = queries.shape[0]!;
  const others = Array.from({ length: n }, (_, i): [number, number][] => [
    [0, i],
    [i + 1, n],
  ]);
  return { ...pairs(queries, own), keys: [own, queue], excluded: excludedRanges(others), frozen: [true, true] };
}

function givenMixtures({ inputs }: GoldenCase, query: number, s: number, s2: number): Mixtures {
  const ofQuery = (name: string, count: number) => listOf(inputs[name]).slice(query * count, (query + 1) * count);
  return {
    first: Int32Array.of(...ofQuery('idx1', s), ...new Int32Array(s2).fill(-1)), // the query itself
    second: Int32Array.of(...ofQuery('idx2', s), ...ofQuery('idx3', s2)),
    weights: Float64Array.of(...ofQuery('alpha', s), ...ofQuery('beta', s2)),
  };
}

function numbers(name: string, actual: ArrayLike<number>, { outputs }: GoldenCase, family: GoldenFamily): Outcome {
  const expected = goldenNumbers(outputs[name] as GoldenArray);
  const { relative, absolute } = float64Tolerance(family);
  return compare(name, actual, expected, relative * largest(expected) + absolute);
}

function listOf(array: unknown): number[] {
  return [...goldenNumbers(array as GoldenArray)];
}
