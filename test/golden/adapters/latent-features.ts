import { type ContrastBatch, excludedRanges } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { arcOf, arcShares, blendRows, interpolateRows, type MixWeights } from '@viewforge/mix-features';
import { type Features, tensor, unitRows, values } from '@viewforge/tensor';
import {
  type GoldenArray,
  type GoldenCase,
  type GoldenFamily,
  goldenNumber,
  goldenNumbers,
  goldenTensor,
} from '@viewforge/testkit';
import { type Adapter, compare, float64Tolerance, largest, type Outcome } from './outcome.ts';

/** Feature transformation and HaLP by `fn`, in float64; draws are inputs. */
export const latentFeatureAdapters: Readonly<Record<string, Adapter>> = {
  feature_transformation(golden, { family }) {
    const { inputs, params } = golden;
    const [q, k, queue] = ['q', 'k', 'queue'].map((name) => goldenTensor(inputs[name]!, 'float64')) as [
      Features,
      Features,
      Features,
    ];
    const positive = weightsOf(inputs['pos_lambda']);
    const negative = weightsOf(inputs['neg_lambda']);
    const finish = (rows: Features): Features => (params['postmix_norm'] === true ? unitRows(rows).rows : rows);
    const queries = positive ? finish(blendRows(q, k, positive)) : q;
    const keys = positive ? finish(blendRows(k, q, positive)) : k;
    const order = negative && goldenNumbers(inputs['perm']!);
    const [negatives] = negative && order ? interpolateRows([queue], order, negative) : [queue];
    const temperature = Number(params['temperature']);
    const loss = infoNce({ temperature, similarity: 'dot' }).measure(asPairs(queries, keys, negatives!));
    return [
      numbers('q_mix', values(queries), golden, family),
      numbers('k_mix', values(keys), golden, family),
      numbers('queue_mix', values(negatives!), golden, family),
      numbers('logits', logitsOf(queries, keys, negatives!, temperature), golden, family),
      compare('loss', [loss.value], [goldenNumber(golden.outputs['loss'])], tolerance([loss.value], family)),
    ];
  },
  halp_positives(golden, { family }) {
    const { inputs } = golden;
    const [keys, prototypes, u] = ['anchor', 'prototypes', 'u'].map((name) => goldenTensor(inputs[name]!, 'float64')) as [
      Features,
      Features,
      Features,
    ];
    const [candidates, nearest, pick] = ['candidates', 'nearest', 'pick'].map((name) => goldenNumbers(inputs[name]!)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const [n, s] = u.shape as [number, number];
    const width = inputs['candidates']!.shape[1]!;
    const targets: number[] = [];
    const points: number[] = [];
    for (let i = 0; i < n * s; i++) {
      const row = Math.floor(i / s);
      const target = candidates[row * width + pick[i]!]!;
      const [key, own, other] = [rowOf(keys, row), rowOf(prototypes, nearest[row]!), rowOf(prototypes, target)];
      const { angle, border } = arcOf({
        keyToNearest: dot(key, own),
        keyToOther: dot(key, other),
        nearestToOther: dot(own, other),
      });
      const [a, b] = arcShares(angle, (1 - values(u)[i]!) * border);
      targets.push(target);
      points.push(...key.map((each, e) => a * each + b * other[e]!));
    }
    const unit = unitRows(tensor(Float64Array.from(points), [n * s, keys.shape[1]!]));
    return [
      compare('targets', targets, goldenNumbers(golden.outputs['targets'] as GoldenArray), 0),
      numbers('points', points, golden, family),
      numbers('normalised', values(unit.rows), golden, family),
    ];
  },
};

function weightsOf(array: GoldenArray | undefined): MixWeights | undefined {
  return array && { by: array.shape.length === 0 ? 'batch' : 'element', data: Float64Array.from(goldenNumbers(array)) };
}

/** Each query with its own key and the queue. */
function asPairs(queries: Features, keys: Features, queue: Features): ContrastBatch {
  const n = queries.shape[0]!;
  const others = Array.from({ length: n }, (_, row) => [[0, row] as const, [row + 1, n] as const]);
  return { queries, keys: [keys, queue], targets: { kind: 'identity' }, excluded: excludedRanges(others) };
}

function logitsOf(queries: Features, keys: Features, queue: Features, temperature: number): number[] {
  return Array.from({ length: queries.shape[0]! }, (_, row) => {
    const query = rowOf(queries, row);
    const negatives = Array.from({ length: queue.shape[0]! }, (_, j) => dot(query, rowOf(queue, j)) / temperature);
    return [dot(query, rowOf(keys, row)) / temperature, ...negatives];
  }).flat();
}

function rowOf(rows: Features, row: number): number[] {
  const d = rows.shape[1]!;
  return [...values(rows)].slice(row * d, (row + 1) * d);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, each, e) => sum + each * b[e]!, 0);
}

function numbers(name: string, actual: ArrayLike<number>, { outputs }: GoldenCase, family: GoldenFamily): Outcome {
  const expected = goldenNumbers(outputs[name] as GoldenArray);
  return compare(name, actual, expected, tolerance(expected, family));
}

function tolerance(expected: ArrayLike<number>, family: GoldenFamily): number {
  const { relative, absolute } = float64Tolerance(family);
  return relative * largest(expected) + absolute;
}
