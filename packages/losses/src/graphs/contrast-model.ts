import { createGraph, type Graph, type Value } from '@viewforge/graph';
import type { Together } from '../row-entropy.ts';
import type { Similarity } from '../rows.ts';

/** Which model of the InfoNCE family. */
export interface ContrastModel {
  readonly temperature: number;
  readonly similarity: Similarity;
  readonly positives: Together;
  /** Whether it gives the gradient of the keys. */
  readonly keysLearn: boolean;
  /** Whether the keys are the queries, so that there is no input for them. */
  readonly againstItself: boolean;
}

/**
 * The InfoNCE family as an ONNX model over m queries, k keys and up to p positives of a query, in float32.
 *
 * Inputs: `queries` [m, d] and `keys` [k, d] as given; `columns` int64 [m, p] of the positives, filled up with any column, and the
 * same as places `spots` int64 [m, p, 2], (query, column); `weights` [m, p], which sum to 1, 0 where filled up; `hidden` int64
 * [h, 2], the (query, column) that are no negatives: excluded ones and positives; `shares` [m], d(value) / d(term of the
 * query) / temperature. Every query needs a negative.
 *
 * Outputs: `logits` [m, p] of the positives; of the negatives of each query `lse` [m, 1] and `largest` [m, 1]; `drift` [m, 1], what the
 * query's slopes, divided by the share of its negatives, say along itself; `sums` [m, 1] of the logits over all columns, and
 * `hiddenLogits` [h] of those that are no negatives; `queryLengths` [m, 1] and `keyLengths` [k, 1] for cosines; `queryGradients`
 * [m, d] and `keyGradients` [k, d] with respect to the rows as given, of no meaning for rows of length 0.
 */
export function contrastModel(model: ContrastModel): Uint8Array {
  const { temperature, similarity, positives, keysLearn, againstItself } = model;
  const graph = createGraph({ name: 'contrast', opset: 18, doc: `InfoNCE, ${similarity}, positives ${positives}` });
  const queries = unitRows(graph, 'query', graph.input('queries', 'float32', ['m', 'd']), similarity);
  const keys = againstItself ? queries : unitRows(graph, 'key', graph.input('keys', 'float32', ['k', 'd']), similarity);
  const spots = graph.input('spots', 'int64', ['m', 'p', 2]);
  const shares = graph.node('Unsqueeze', [graph.input('shares', 'float32', ['m']), graph.whole([1])]);
  const all = graph.node('Gemm', [queries.rows, keys.rows], { transB: 1, alpha: { float: 1 / temperature } });
  const { softmax, lse } = negativesOf(graph, all);
  const { missed, ratios } = slopesOf(graph, all, lse, positives);
  const slopes = graph.node('ScatterND', [softmax, spots, ratios], { reduction: 'add' });
  const scale = graph.node('Mul', [missed, shares]);
  const toward = graph.node('MatMul', [slopes, keys.rows]);
  const along = rowDots(graph, queries.rows, toward);
  graph.output('drift', along, 'float32', ['m', 1]);
  graph.output('queryGradients', pullback(graph, queries, { toward, along, scale }), 'float32', ['m', 'd']);
  if (keysLearn) {
    const pushed = graph.node('Gemm', [slopes, graph.node('Mul', [queries.rows, scale])], { transA: 1 });
    const gradients = pullback(graph, keys, { toward: pushed, along: rowDots(graph, keys.rows, pushed) });
    graph.output('keyGradients', gradients, 'float32', ['k', 'd']);
  }
  const total = graph.node('ReduceSum', [keys.rows, graph.whole([0])], { keepdims: 1 });
  const sums = graph.node('Gemm', [queries.rows, total], { transB: 1, alpha: { float: 1 / temperature } });
  graph.output('sums', sums, 'float32', ['m', 1]);
  return graph.bytes();
}

/** The softmax over the negatives [m, k], 0 for all other columns, and their log-sum-exp [m, 1]. */
function negativesOf(graph: Graph, all: Value): { readonly softmax: Value; readonly lse: Value } {
  const hidden = graph.input('hidden', 'int64', ['h', 2]);
  const hiddenLogits = graph.node('GatherND', [all, hidden]);
  const nothing = graph.node('Expand', [graph.scalar(Number.NEGATIVE_INFINITY), graph.node('Shape', [hiddenLogits])]);
  const negatives = graph.node('ScatterND', [all, hidden, nothing]);
  const softmax = graph.node('Softmax', [negatives], { axis: 1 });
  const largest = graph.node('ReduceMax', [negatives, graph.whole([1])], { keepdims: 1 });
  // the largest share is 1 / sum of e^(logit - largest logit)
  const share = graph.node('ReduceMax', [softmax, graph.whole([1])], { keepdims: 1 });
  const lse = graph.node('Sub', [largest, graph.node('Log', [share])]);
  graph.output('hiddenLogits', hiddenLogits, 'float32', ['h']);
  graph.output('largest', largest, 'float32', ['m', 1]);
  graph.output('lse', lse, 'float32', ['m', 1]);
  return { softmax, lse };
}

/**
 * d(term) / d(lse of the negatives) [m, 1], and d(term) / d(logit) of the positives divided by it [m, p]; see `entropyRule`.
 * What comes back by the product of both is exact as long as the first is bounded from below; where it is bounded, the negatives
 * weigh less than a float32 tells.
 */
function slopesOf(graph: Graph, all: Value, lse: Value, together: Together): { readonly missed: Value; readonly ratios: Value } {
  const logits = graph.node('GatherElements', [all, graph.input('columns', 'int64', ['m', 'p'])], { axis: 1 });
  const weights = graph.input('weights', 'float32', ['m', 'p']);
  graph.output('logits', logits, 'float32', ['m', 'p']);
  const least = graph.scalar(1e-20);
  if (together === 'apart') {
    const each = graph.node('Mul', [graph.node('Sigmoid', [graph.node('Sub', [lse, logits])]), weights]);
    const missed = graph.node('Max', [rowSums(graph, each), least]);
    return { missed, ratios: graph.node('Neg', [graph.node('Div', [each, missed])]) };
  }
  // a query without a positive has a share of 0; a number far below all logits keeps what follows finite
  const isThere = graph.node('Greater', [weights, graph.scalar(0)]);
  const visible = graph.node('Where', [isThere, logits, graph.scalar(-1e30)]);
  const softmax = graph.node('Softmax', [visible], { axis: 1 });
  const mine = graph.node('ReduceLogSumExp', [visible, graph.whole([1])], { keepdims: 1 });
  const missed = graph.node('Max', [graph.node('Sigmoid', [graph.node('Sub', [lse, mine])]), least]);
  if (together === 'sum') return { missed, ratios: ifThere(graph, isThere, graph.node('Neg', [softmax])) };
  const targets = together === 'each' ? weights : byWeight(graph, softmax, weights);
  const excess = graph.node('Div', [graph.node('Sub', [softmax, targets]), missed]);
  return { missed, ratios: ifThere(graph, isThere, graph.node('Sub', [excess, softmax])) };
}

function ifThere(graph: Graph, isThere: Value, values: Value): Value {
  return graph.node('Where', [isThere, values, graph.scalar(0)]);
}

function byWeight(graph: Graph, softmax: Value, weights: Value): Value {
  const weighed = graph.node('Mul', [softmax, weights]);
  return graph.node('Div', [weighed, graph.node('Max', [rowSums(graph, weighed), graph.scalar(1e-38)])]);
}

/** Rows, and 1 / length of each; undefined where they are taken as they are. */
interface UnitRows {
  readonly rows: Value;
  readonly inverse: Value | undefined;
}

function unitRows(graph: Graph, name: string, rows: Value, similarity: Similarity): UnitRows {
  if (similarity === 'dot') return { rows, inverse: undefined };
  const length = graph.node('ReduceL2', [rows, graph.whole([1])], { keepdims: 1 });
  graph.output(`${name}Lengths`, length, 'float32', [name === 'query' ? 'm' : 'k', 1]);
  const inverse = graph.node('Reciprocal', [graph.node('Max', [length, graph.scalar(1e-12)])]);
  return { rows: graph.node('Mul', [rows, inverse]), inverse };
}

/** Gradients with respect to unit rows, what they say along these, and what both are still to be multiplied by. */
interface Toward {
  readonly toward: Value;
  readonly along: Value;
  readonly scale?: Value;
}

/** scale * (g - u (u . g)) / |z| row by row. */
function pullback(graph: Graph, { rows, inverse }: UnitRows, { toward, along, scale }: Toward): Value {
  const factors = [inverse, scale].filter((each) => each !== undefined);
  const factor = factors.length === 2 ? graph.node('Mul', factors) : factors[0];
  const across = inverse === undefined ? toward : graph.node('Sub', [toward, graph.node('Mul', [rows, along])]);
  return factor === undefined ? across : graph.node('Mul', [across, factor]);
}

function rowDots(graph: Graph, a: Value, b: Value): Value {
  return rowSums(graph, graph.node('Mul', [a, b]));
}

function rowSums(graph: Graph, values: Value): Value {
  return graph.node('ReduceSum', [values, graph.whole([1])], { keepdims: 1 });
}
