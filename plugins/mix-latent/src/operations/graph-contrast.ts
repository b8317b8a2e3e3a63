import { ViewforgeError } from '@viewforge/core';
import { dotRows, type Features, logSumExp, values } from '@viewforge/tensor';
import { asType } from '../as-type.ts';

/** How nodes of two views of a graph are compared. */
export interface GraphContrastOptions {
  /** What products are divided by, > 0; 0.2. */
  readonly temperature?: number;
  /** Largest size of the product of a node with itself that still learns; 5. */
  readonly clamp?: number;
}

/** The value, and the gradients of both views, [n, d]. */
export interface GraphContrast {
  readonly value: number;
  readonly view: Features;
  readonly plain: Features;
}

/** Added below the logarithm. */
const epsilon = 1e-8;

/**
 * LightGCL's loss of one side of a graph: for the nodes of a batch, the mean of ln(sum_j exp(g . e_j / t) + 1e-8) over all nodes j, less the mean of
 * g . e / t of the node with itself, kept within the clamp. g are rows of the low-rank view and e plain ones, both [n, d], as they are.
 * An empty batch is worth 0. No overflow. Throws ViewforgeError: SHAPE for views of different shapes or a node that is not there, OPTION for a
 * temperature or a clamp that is not above 0.
 */
export function graphContrast(
  view: Features,
  plain: Features,
  batch: readonly number[],
  options: GraphContrastOptions = {},
): GraphContrast {
  const { temperature = 0.2, clamp = 5 } = options;
  const [n, d] = plain.shape as [number, number];
  if (!(temperature > 0 && clamp > 0)) {
    throw new ViewforgeError(
      'OPTION',
      'graph-contrast',
      `expected temperature and clamp above 0, got ${temperature} and ${clamp}`,
    );
  }
  checkNodes(view, plain, batch);
  const [g, e] = [values(view), values(plain)];
  const [toView, toPlain] = [new Float64Array(g.length), new Float64Array(e.length)];
  let value = 0;
  const add = (node: number, other: number, slope: number): void => {
    for (let k = 0; k < d; k++) {
      toView[node * d + k] = toView[node * d + k]! + slope * e[other * d + k]!;
      toPlain[other * d + k] = toPlain[other * d + k]! + slope * g[node * d + k]!;
    }
  };
  for (const node of batch) {
    const logits = Float64Array.from({ length: n + 1 }, (_, j) =>
      j === n ? Math.log(epsilon) : dotRows(g, node, e, j, d) / temperature,
    );
    const total = logSumExp(logits);
    const own = logits[node]!;
    value += (total - Math.max(-clamp, Math.min(clamp, own))) / batch.length;
    for (let j = 0; j < n; j++) {
      const pulled = j === node && Math.abs(own) <= clamp ? 1 : 0;
      add(node, j, (Math.exp(logits[j]! - total) - pulled) / (temperature * batch.length));
    }
  }
  return { value, view: asType(toView, view), plain: asType(toPlain, plain) };
}

function checkNodes(view: Features, plain: Features, batch: readonly number[]): void {
  if (plain.shape.length !== 2 || `${view.shape}` !== `${plain.shape}`) {
    const message = `expected two views of [n, d], got [${view.shape}] and [${plain.shape}]`;
    throw new ViewforgeError('SHAPE', 'graph-contrast', message);
  }
  const n = plain.shape[0]!;
  const wrong = batch.find((node) => !(Number.isInteger(node) && node >= 0 && node < n));
  if (wrong !== undefined) throw new ViewforgeError('SHAPE', 'graph-contrast', `expected nodes from 0 to ${n - 1}, got ${wrong}`);
}
