import { createGraph, type Graph, type Value } from '@viewforge/graph';

/** Which model of synthetic negatives. */
export interface MixingModel {
  /** What no query finds: nothing, (query, column) one by one, or by a number added to every similarity. */
  readonly hiding: 'nothing' | 'pairs' | 'mask';
  /** Whether the columns are searched in groups of 8, which is quicker for many more columns than are to be found. */
  readonly isGrouped: boolean;
}

/** Columns of one group. */
export const groupSize = 8;

/**
 * Similarity, top-k, gather, mix and normalize as one ONNX model over n queries, k columns and own rows of queries, in float32.
 *
 * Inputs: `queries` [n, d] and `rows` [k + ..., d], all of length 1, behind the columns those rows that only mixtures use; `columns` int64
 * [1], k (in groups: how many of them, and the rows fill groups); `hidden` int64 [h, 2] or `mask` [n, k], 0 or -Infinity; `count` int64
 * [1], how many columns are found for each query; `own` int64 [n, e], its own rows; `first`, `second` int32 [n, s], places among its own
 * rows and then the columns found, best first; `weights` [n, s, 1].
 *
 * Output: `mixed` [n, s, d], b + w (a - b) of length 1; zeros stay zeros. Of equal similarities the lower column leads.
 */
export function mixingModel(model: MixingModel): Uint8Array {
  const graph = createGraph({ name: 'mixing', opset: 18, doc: 'Hardest negatives of each query, mixed' });
  const { rows, found } = search(graph, model);
  const sources = graph.node('Concat', [graph.input('own', 'int64', ['n', 'e']), found], { axis: 1 });
  const [a, b] = ['first', 'second'].map((name) => {
    const places = graph.input(name, 'int32', ['n', 's']);
    return graph.node('Gather', [rows, graph.node('GatherElements', [sources, places], { axis: 1 })]);
  });
  const weights = graph.input('weights', 'float32', ['n', 's', 1]);
  const mixed = graph.node('Add', [b!, graph.node('Mul', [graph.node('Sub', [a!, b!]), weights])]);
  const length = graph.node('ReduceL2', [mixed, graph.whole([2])], { keepdims: 1 });
  const unit = graph.node('Div', [mixed, graph.node('Max', [length, graph.scalar(1e-12)])]);
  graph.output('mixed', unit, 'float32', ['n', 's', 'd']);
  return graph.bytes();
}

/** The first half of `mixingModel`: what each query finds. Output: `found` int64 [n, count], columns, best first. */
export function searchModel(model: MixingModel): Uint8Array {
  const graph = createGraph({ name: 'search', opset: 18, doc: 'Hardest negatives of each query' });
  graph.output('found', search(graph, model).found, 'int64', ['n', 'c']);
  return graph.bytes();
}

function search(graph: Graph, model: MixingModel): { readonly rows: Value; readonly found: Value } {
  const queries = graph.input('queries', 'float32', ['n', 'd']);
  const rows = graph.input('rows', 'float32', ['r', 'd']);
  const seen = hide(graph, graph.node('Gemm', [queries, rows], { transB: 1 }), model);
  const count = graph.input('count', 'int64', [1]);
  return { rows, found: model.isGrouped ? bestInGroups(graph, seen, count) : bestOf(graph, seen, count) };
}

/** Similarities of the columns, in groups those of all rows, -Infinity where a query must not find one. */
function hide(graph: Graph, all: Value, { hiding, isGrouped }: MixingModel): Value {
  if (hiding === 'mask') return graph.node('Add', [firstColumns(graph, all), graph.input('mask', 'float32', ['n', 'k'])]);
  const seen = isGrouped ? all : firstColumns(graph, all);
  if (hiding === 'nothing') return seen;
  const hidden = graph.input('hidden', 'int64', ['h', 2]);
  const length = graph.node('Shape', [hidden], { end: 1 });
  return graph.node('ScatterND', [seen, hidden, graph.node('Expand', [graph.scalar(Number.NEGATIVE_INFINITY), length])]);
}

function firstColumns(graph: Graph, all: Value): Value {
  return graph.node('Slice', [all, graph.whole([0]), graph.input('columns', 'int64', [1]), graph.whole([1])]);
}

function bestOf(graph: Graph, seen: Value, count: Value): Value {
  return graph.nodes('TopK', [seen, count], 2, { axis: 1, sorted: 1 })[1]!;
}

/**
 * The best columns are in the best groups: a group goes by its largest similarity, of equal ones the first group leads. What is in the
 * groups found is not in order, so that the column decides by a share too small to matter between unequal ones.
 */
function bestInGroups(graph: Graph, seen: Value, count: Value): Value {
  const groups = graph.node('Reshape', [seen, graph.whole([0, -1, groupSize])]);
  const largest = firstColumns(graph, graph.node('ReduceMax', [groups, graph.whole([2])], { keepdims: 0 }));
  const [, chosen] = graph.nodes('TopK', [largest, count], 2, { axis: 1, sorted: 0 });
  const places = graph.node('Unsqueeze', [chosen, graph.whole([2])]);
  const within = graph.constant(
    BigInt64Array.from({ length: groupSize }, (_, i) => BigInt(i)),
    [1, 1, groupSize],
  );
  const flat = graph.whole([0, -1]);
  const firsts = graph.node('Mul', [places, graph.whole([groupSize])]);
  const columns = graph.node('Reshape', [graph.node('Add', [firsts, within]), flat]);
  const scores = graph.node('Reshape', [graph.node('GatherND', [groups, places], { batch_dims: 1 }), flat]);
  const share = graph.node('Mul', [inFloat64(graph, columns), graph.constant(Float64Array.of(2 ** -50), [1])]);
  const ranked = graph.node('Sub', [inFloat64(graph, scores), share]);
  return graph.node('GatherElements', [columns, bestOf(graph, ranked, count)], { axis: 1 });
}

function inFloat64(graph: Graph, numbers: Value): Value {
  return graph.node('Cast', [numbers], { to: 11 });
}
