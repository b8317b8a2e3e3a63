import { createGraph } from '@viewforge/graph';
import { type Features, unitRows, values } from '@viewforge/tensor';

/**
 * A model that holds rows [k, d] and finds the nearest for queries: `queries` [n, d] of length 1 and `count` [1] give `scores` [n, count],
 * cosines from large to small, and `columns` [n, count]. A row that holds NaN or an infinity scores -Infinity.
 */
export function nearestModel(rows: Features): Uint8Array {
  const [k, d] = rows.shape as [number, number];
  const { data, hidden } = turnedRows(rows);
  const graph = createGraph({ name: 'nearest-rows' });
  const queries = graph.input('queries', 'float32', ['n', d]);
  const count = graph.input('count', 'int64', [1]);
  const cosines = graph.node('MatMul', [queries, graph.constant(data, [d, k])]);
  const visible = hidden === undefined ? cosines : graph.node('Add', [cosines, graph.constant(hidden, [1, k])]);
  const [scores, columns] = graph.nodes('TopK', [visible, count], 2, { axis: -1, largest: 1, sorted: 1 });
  graph.output('scores', scores!, 'float32', ['n', 'count']);
  graph.output('columns', columns!, 'int64', ['n', 'count']);
  return graph.bytes();
}

/** Unit rows as columns [d, k]; `hidden` [k] is -Infinity for those that must not be found, undefined where there is none. */
function turnedRows(rows: Features): { data: Float32Array; hidden: Float32Array | undefined } {
  const [k, d] = rows.shape as [number, number];
  const unit = unitRows(rows);
  const from = values(unit.rows);
  const data = new Float32Array(k * d);
  const hidden = new Float32Array(k);
  for (let row = 0; row < k; row++) {
    if (!Number.isFinite(unit.norms[row]!)) {
      hidden[row] = Number.NEGATIVE_INFINITY;
      continue;
    }
    for (let feature = 0; feature < d; feature++) data[feature * k + row] = from[row * d + feature]!;
  }
  return { data, hidden: hidden.some((each) => each !== 0) ? hidden : undefined };
}
