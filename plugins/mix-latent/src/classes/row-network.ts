import { type GraphArrays, type Running, ViewforgeError } from '@viewforge/core';
import { type Features, tensor } from '@viewforge/tensor';
import { rowBlock } from './class-rows.ts';

/** What runs a model that somebody trained: a session of ONNX Runtime (`openSession`), or a function of your own. */
export interface RowNetwork {
  run(feeds: GraphArrays, outputs: readonly string[], running: Running): Promise<{ readonly outputs: GraphArrays }>;
}

/**
 * One output [n, d] of a network for rows by the names of its inputs, all [n, ...], in float32 on buffers of their own. No gradient flows.
 * Throws ViewforgeError: SHAPE for inputs of different numbers of rows, MODEL_OUTPUT for an output that is not there or has another shape,
 * and what the network throws.
 */
export async function runNetwork(
  network: RowNetwork,
  inputs: Readonly<Record<string, Features>>,
  output: string,
  running: Running,
): Promise<Features> {
  const feeds = Object.entries(inputs).map(([name, rows]) => {
    const { data, n, d } = rowBlock(rows, 'run-network', `rows for "${name}"`);
    return [name, { type: 'float32' as const, shape: [n, d], data: Float32Array.from(data) }] as const;
  });
  const counts = new Set(feeds.map(([, { shape }]) => shape[0]!));
  if (counts.size !== 1) {
    const shapes = feeds.map(([name, { shape }]) => `${name} [${shape}]`).join(', ');
    throw new ViewforgeError('SHAPE', 'run-network', `expected inputs of as many rows each, got ${shapes || 'none'}`);
  }
  const [n] = counts;
  const { outputs } = await network.run(Object.fromEntries(feeds), [output], running);
  const found = outputs[output];
  if (found === undefined || !(found.data instanceof Float32Array) || found.shape.length !== 2 || found.shape[0] !== n) {
    const got = found === undefined ? 'nothing' : `${found.type} [${found.shape}]`;
    throw new ViewforgeError('MODEL_OUTPUT', 'run-network', `expected float32 [${n}, d] as "${output}", got ${got}`);
  }
  return tensor(found.data, found.shape);
}

/** Names of the inputs and the output of a network that learned an operation on two rows. */
export interface OperationNames {
  readonly a: string;
  readonly b: string;
  readonly output: string;
}

/**
 * An operation on sets of labels that a network has learned, [n, d] and [n, d] to [n, d], in the form that `setTautologies` takes; the names
 * are "a", "b" and "result" unless given. Throws as `runNetwork`.
 */
export function learnedOperation(
  network: RowNetwork,
  running: Running,
  { a = 'a', b = 'b', output = 'result' }: Partial<OperationNames> = {},
): (left: Features, right: Features) => Promise<Features> {
  return (left, right) => runNetwork(network, { [a]: left, [b]: right }, output, running);
}
