import type { ContrastBatch, GraphArray, MixPlan } from '@viewforge/core';
import { createGraph, type Value } from '@viewforge/graph';
import { tensor, values } from '@viewforge/tensor';
import { type HallucinationDraw, openHallucination } from './open-hallucination.ts';

/**
 * How the model of hallucinated positives takes a batch in float32; undefined for others. Clusters, cells and draws are found in float64 before, so
 * that both ways keep the same positives; the model makes the rows.
 */
export function planHallucination(batch: ContrastBatch, params: HallucinationDraw): MixPlan | undefined {
  if (params === null || !(batch.queries.data instanceof Float32Array)) return undefined;
  const { keys, prototypes, points } = openHallucination(batch, params);
  const [n, d] = keys.shape as [number, number];
  const s = points.reduce((most, { length }) => Math.max(most, length), 0);
  if (s === 0) return undefined;
  const counts = Int32Array.from(points, ({ length }) => length);
  return {
    model: 'hallucinate-positives',
    bytes: arcModel,
    outputs: ['positives'],
    feeds: () => {
      const toward = new BigInt64Array(n * s);
      const shares = new Float32Array(n * s * 2);
      for (const [row, ofRow] of points.entries()) {
        for (const [i, point] of ofRow.entries()) {
          toward[row * s + i] = BigInt(point.prototype);
          shares.set(point.shares, (row * s + i) * 2);
        }
      }
      return {
        keys: floats(Float32Array.from(values(keys)), [n, 1, d]),
        prototypes: floats(Float32Array.from(values(prototypes)), [...prototypes.shape]),
        toward: { type: 'int64', shape: [n, s], data: toward },
        shares: floats(shares, [n, s, 2]),
      };
    },
    take({ positives }) {
      const rows = new Float32Array(n * params.count * d);
      for (let row = 0; row < n; row++) {
        rows.set((positives!.data as Float32Array).subarray(row * s * d, (row * s + counts[row]!) * d), row * params.count * d);
      }
      return { ...batch, positives: { values: tensor(rows, [n, params.count, d]), counts } };
    },
  };
}

/**
 * Points between keys and prototypes as an ONNX model in float32. Inputs: `keys` [n, 1, d], `prototypes` [p, d], `toward` int64 [n, s] and
 * `shares` [n, s, 2] of the key and of the prototype. Output: `positives` [n, s, d] of length 1; zeros where both shares are 0.
 */
function arcModel(): Uint8Array {
  const graph = createGraph({ name: 'hallucinate-positives', doc: 'points on arcs between keys and prototypes' });
  const keys = graph.input('keys', 'float32', ['n', 1, 'd']);
  const prototypes = graph.input('prototypes', 'float32', ['p', 'd']);
  const ends = graph.node('Gather', [prototypes, graph.input('toward', 'int64', ['n', 's'])], { axis: 0 });
  const shares = graph.input('shares', 'float32', ['n', 's', 2]);
  const part = (from: number): Value =>
    graph.node('Slice', [shares, graph.whole([from]), graph.whole([from + 1]), graph.whole([2])]);
  const points = graph.node('Add', [graph.node('Mul', [part(0), keys]), graph.node('Mul', [part(1), ends])]);
  const length = graph.node('ReduceL2', [points], { axes: [2], keepdims: 1 });
  const positives = graph.node('Div', [points, graph.node('Max', [length, graph.scalar(1e-12)])]);
  graph.output('positives', positives, 'float32', ['n', 's', 'd']);
  return graph.bytes();
}

function floats(data: Float32Array, shape: readonly number[]): GraphArray {
  return { type: 'float32', shape, data };
}
