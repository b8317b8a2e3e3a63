import type { ContrastBatch, GraphArray, MixPlan } from '@viewforge/core';
import { createGraph, type Graph, type Value } from '@viewforge/graph';
import { tensor, values } from '@viewforge/tensor';
import { openPairs, withMovedPairs } from './extrapolate.ts';
import type { TransformationDraw } from './feature-transformation.ts';
import { openBlocks, withMixedBlocks } from './interpolate.ts';
import type { MixWeights } from './row-blends.ts';

const where = 'feature-transformation';

/** How the model of feature transformation takes a batch: one in float32 whose positives are a block of their own; undefined for others. */
export function planTransformation(batch: ContrastBatch, { positives, negatives }: TransformationDraw): MixPlan | undefined {
  if (![batch.queries, ...batch.keys].every(({ data }) => data instanceof Float32Array)) return undefined;
  if (batch.excluded.kind === 'except') return undefined;
  const pairs = openPairs(batch, positives, where);
  const blocks = openBlocks(batch, negatives, where);
  const { n, d, own } = pairs;
  if (own < 0 || blocks.isApart || blocks.isIdle || n === 0) return undefined;
  const { renormalize } = positives;
  const shape = [n, d];
  return {
    model: `${where}${renormalize ? '-renormalized' : ''}`,
    bytes: () => transformationModel(renormalize),
    outputs: ['movedQueries', 'movedKeys', 'mixedNegatives'],
    feeds: () => ({
      queries: floats(values(batch.queries).slice() as Float32Array, shape),
      keys: floats(values(batch.keys[own]!).slice() as Float32Array, shape),
      negatives: { blocks: blocks.mixed.map((b) => batch.keys[b]!) },
      order: { type: 'int64', shape: [blocks.rows], data: BigInt64Array.from(blocks.order, BigInt) },
      positiveWeights: weightsArray(pairs.weights, n, d),
      negativeWeights: weightsArray(blocks.weights, blocks.rows, d),
    }),
    take({ movedQueries, movedKeys, mixedNegatives }) {
      const mixed = mixedNegatives!.data as Float32Array;
      let at = 0;
      const windows = blocks.mixed.map((b) => {
        const rows = batch.keys[b]!.shape[0]!;
        at += rows * d;
        return tensor(mixed.subarray(at - rows * d, at), [rows, d]);
      });
      const [queries, keys] = [movedQueries, movedKeys].map((each) => tensor(each!.data as Float32Array, shape));
      return withMovedPairs(withMixedBlocks(batch, blocks, windows), pairs, queries!, keys!);
    },
  };
}

/**
 * Feature transformation as an ONNX model in float32. Inputs: `queries` and `keys` [n, d], `negatives` [k, d] as given, `order` int64 [k], and
 * the weights `positiveWeights` and `negativeWeights`, which are spread over the rows: [1, 1], [., 1] or [., d]. Outputs: `movedQueries`
 * and `movedKeys` [n, d], brought to length 1 where it is `renormalize`d, and `mixedNegatives` [k, d].
 */
function transformationModel(renormalize: boolean): Uint8Array {
  const graph = createGraph({ name: where, doc: 'positives moved apart, negatives mixed' });
  const queries = unit(graph, graph.input('queries', 'float32', ['n', 'd']));
  const keys = unit(graph, graph.input('keys', 'float32', ['n', 'd']));
  const negatives = unit(graph, graph.input('negatives', 'float32', ['k', 'd']));
  const partners = graph.node('Gather', [negatives, graph.input('order', 'int64', ['k'])], { axis: 0 });
  const w = graph.input('positiveWeights', 'float32', ['rows', 'columns']);
  const finish = (rows: Value): Value => (renormalize ? unit(graph, rows) : rows);
  graph.output('movedQueries', finish(blend(graph, queries, keys, w)), 'float32', ['n', 'd']);
  graph.output('movedKeys', finish(blend(graph, keys, queries, w)), 'float32', ['n', 'd']);
  const v = graph.input('negativeWeights', 'float32', ['others', 'width']);
  graph.output('mixedNegatives', blend(graph, negatives, partners, v), 'float32', ['k', 'd']);
  return graph.bytes();
}

function unit(graph: Graph, rows: Value): Value {
  const length = graph.node('ReduceL2', [rows], { axes: [1], keepdims: 1 });
  return graph.node('Div', [rows, graph.node('Max', [length, graph.scalar(1e-12)])]);
}

/** w a + (1 - w) b */
function blend(graph: Graph, a: Value, b: Value, weight: Value): Value {
  const rest = graph.node('Sub', [graph.scalar(1), weight]);
  return graph.node('Add', [graph.node('Mul', [weight, a]), graph.node('Mul', [rest, b])]);
}

function weightsArray({ by, data }: MixWeights, n: number, d: number): GraphArray {
  const shape = by === 'batch' ? [1, 1] : by === 'sample' ? [n, 1] : [n, d];
  return floats(Float32Array.from(data), shape);
}

function floats(data: Float32Array, shape: readonly number[]): GraphArray {
  return { type: 'float32', shape, data };
}
