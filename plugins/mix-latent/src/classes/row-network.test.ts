import { createGraph } from '@viewforge/graph';
import { openSession } from '@viewforge/onnx';
import { type Features, features, values } from '@viewforge/tensor';
import { running } from '@viewforge/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { combineRows } from './combine-rows.ts';
import { learnedOperation, type RowNetwork, runNetwork } from './row-network.ts';
import { agreementLoss, setTautologies } from './set-losses.ts';

const [a, b] = [rows([1, 0, 2], [3, 1, 0]), rows([0.5, 1, 2], [1, 1, 1])];
const opened: { session?: Awaited<ReturnType<typeof openSession>> } = {};

describe('a model of ONNX Runtime', () => {
  beforeAll(async () => {
    const model = differenceModel();
    opened.session = await openSession(
      { where: 'difference', model, providers: ['cpu'], threads: 1, spinning: false },
      running(),
    );
  });
  afterAll(() => opened.session?.close());

  test('is an operation on rows, and can be run again', async () => {
    const subtract = learnedOperation(opened.session!, running());
    const expected = [...values(combineRows(a, b, 'subtract').rows)];
    expect([...values(await subtract(a, b))]).toEqual(expected);
    expect([...values(await subtract(a, b))]).toEqual(expected);
    expect(a.get(1, 0)).toBe(3);
  });

  test('fits in with closed forms', async () => {
    const closed = (which: 'intersect' | 'unite') => (left: Features, right: Features) => combineRows(left, right, which).rows;
    const operations = {
      subtract: learnedOperation(opened.session!, running()),
      intersect: closed('intersect'),
      unite: closed('unite'),
    };
    const whole = (await setTautologies(operations, a, b)).find(({ name }) => name === 'put-together')!;
    expect(agreementLoss(whole.left, whole.right).value).toBe(0);
  });
});

test('a network by other names', async () => {
  const names: string[] = [];
  const network: RowNetwork = {
    run: async (feeds, outputs) => {
      names.push(...Object.keys(feeds), ...outputs);
      return { outputs: { z: feeds['x']! } };
    },
  };
  const same = learnedOperation(network, running(), { a: 'x', b: 'y', output: 'z' });
  expect([...values(await same(a, b))]).toEqual([...values(a)]);
  expect(names).toEqual(['x', 'y', 'z']);
});

test('what comes out wrong is refused', async () => {
  const gives = (outputs: Awaited<ReturnType<RowNetwork['run']>>['outputs']): RowNetwork => ({ run: async () => ({ outputs }) });
  await expect(runNetwork(gives({}), { a }, 'y', running())).rejects.toThrow('expected float32 [2, d] as "y", got nothing');
  const short = { y: { type: 'float32', shape: [1, 3], data: new Float32Array(3) } } as const;
  await expect(runNetwork(gives(short), { a }, 'y', running())).rejects.toThrow('got float32 [1,3]');
  await expect(runNetwork(gives(short), { a, b: rows([1]) }, 'y', running())).rejects.toThrow(
    'as many rows each, got a [2,3], b [1,1]',
  );
});

/** max(0, a - b) as a model. */
function differenceModel(): Uint8Array {
  const graph = createGraph({ name: 'difference' });
  const [left, right] = [graph.input('a', 'float32', ['n', 3]), graph.input('b', 'float32', ['n', 3])];
  graph.output('result', graph.node('Relu', [graph.node('Sub', [left, right])]), 'float32', ['n', 3]);
  return graph.bytes();
}

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float32Array.from(list.flat()), list.length, list[0]!.length);
}
