import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraph } from '@viewforge/graph';
import { createRandom } from '@viewforge/random';
import { npyHeader, type Tensor, tensor, values, writeSafetensors } from '@viewforge/tensor';
import { flattenEncoder, obeysEncoderLaws, obeysOptionLaws, running } from '@viewforge/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chainEncoders } from './chain-encoders.ts';
import type { HeadLayer } from './models/head-model.ts';
import { onnxHead } from './onnx-head.ts';
import { projectionHead } from './projection-head.ts';
import { weightsHead } from './weights-head.ts';

const random = createRandom('heads');
const normal = (shape: readonly number[]): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal(0, 1)),
    shape,
  );
const positive = (shape: readonly number[]): Tensor =>
  tensor(
    Float32Array.from(values(normal(shape)), (x) => 0.1 + x * x),
    shape,
  );

const [d, hidden, e, n] = [5, 7, 3, 11];
const stored = {
  'fc1.weight': normal([hidden, d]),
  'fc1.bias': normal([hidden]),
  'bn.weight': normal([hidden]),
  'bn.bias': normal([hidden]),
  'bn.running_mean': normal([hidden]),
  'bn.running_var': positive([hidden]),
  'fc2.weight': normal([e, hidden]),
};
const named = [
  { weight: 'fc1.weight', bias: 'fc1.bias', batchNorm: 'bn', epsilon: 1e-3, activation: 'relu' },
  { weight: 'fc2.weight' },
] as const;
const batchNorm = {
  scale: stored['bn.weight'],
  shift: stored['bn.bias'],
  mean: stored['bn.running_mean'],
  variance: stored['bn.running_var'],
  epsilon: 1e-3,
};
const layers: HeadLayer[] = [
  { weight: stored['fc1.weight'], bias: stored['fc1.bias'], batchNorm, activation: 'relu' },
  { weight: stored['fc2.weight'] },
];
const rows = normal([n, d]);

/** The same in float64, number by number. */
function reference(given: Tensor, all: readonly HeadLayer[], normalize: boolean): number[] {
  let current = Array.from({ length: given.shape[0]! }, (_, i) =>
    Array.from({ length: given.shape[1]! }, (_, j) => given.get(i, j)),
  );
  for (const { weight, bias, batchNorm: norm, activation = 'none' } of all) {
    current = current.map((row) =>
      Array.from({ length: weight.shape[0]! }, (_, o) => {
        const sum = row.reduce((total, x, i) => total + x * weight.get(o, i), bias?.get(o) ?? 0);
        const { scale, shift, mean, variance, epsilon = 1e-5 } = norm ?? {};
        const x = norm ? ((sum - mean!.get(o)) / Math.sqrt(variance!.get(o) + epsilon)) * scale!.get(o) + shift!.get(o) : sum;
        return {
          none: x,
          relu: Math.max(0, x),
          gelu: 0.5 * x * (1 + erf(x / Math.SQRT2)),
          tanh: Math.tanh(x),
          sigmoid: 1 / (1 + Math.exp(-x)),
        }[activation];
      }),
    );
  }
  return current.flatMap((row) => {
    const length = normalize ? Math.max(Math.hypot(...row), 1e-12) : 1;
    return row.map((x) => x / length);
  });
}

/** Its series, 60 terms; beyond 4 it is 1 to 2e-8. */
function erf(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let k = 1; k < 60; k++) {
    term *= -(x * x) / k;
    sum += term / (2 * k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

async function project(encoder: ReturnType<typeof projectionHead>, given = rows): Promise<number[]> {
  const { features } = await encoder.encode({ image: given }, running());
  await encoder.close();
  return [...values(features!)];
}

function closeTo(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  const apart = Math.max(...found.map((value, i) => Math.abs(value - wanted[i]!) / Math.max(1, Math.abs(wanted[i]!))));
  expect(apart).toBeLessThan(1e-5); // float32
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-heads-'));
  await writeFile(join(folder, 'head.safetensors'), writeSafetensors(stored));
  await mkdir(join(folder, 'head'));
  for (const [name, each] of Object.entries(stored)) {
    const data = values(each);
    await writeFile(
      join(folder, 'head', `${name}.npy`),
      Buffer.concat([npyHeader('f32', each.shape), new Uint8Array(data.buffer)]),
    );
  }
  const graph = createGraph({ name: 'head' });
  const weight = graph.constant(values(stored['fc2.weight']) as Float32Array, [e, hidden]);
  graph.output('z', graph.node('Gemm', [graph.input('h', 'float32', ['n', hidden]), weight], { transB: 1 }), 'float32', ['n', e]);
  await writeFile(join(folder, 'head.onnx'), graph.bytes());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

obeysEncoderLaws(() => projectionHead({ layers, maxBatch: 4 }), { image: rows });
obeysOptionLaws(weightsHead, { weights: 'head.safetensors', layers: [{ weight: 'w' }] });
obeysOptionLaws(onnxHead, { model: 'head.onnx' });

describe('values', () => {
  test('two layers by hand', async () => {
    const weight = tensor(Float32Array.of(1, -1, 2, 0), [2, 2]);
    const bias = tensor(Float32Array.of(0.5, -3), [2]);
    expect(
      await project(
        projectionHead({ layers: [{ weight, bias, activation: 'relu' }] }),
        tensor(Float32Array.of(1, 2, 3, 1), [2, 2]),
      ),
    ).toEqual([0, 0, 2.5, 3]);
  });

  test.each(['none', 'relu', 'gelu', 'tanh', 'sigmoid'] as const)(
    'with %s between, it agrees with a plain reference',
    async (activation) => {
      const given = [{ ...layers[0]!, activation }, layers[1]!];
      for (const normalize of [false, true])
        closeTo(await project(projectionHead({ layers: given, normalize })), reference(rows, given, normalize));
    },
  );

  test('a row of zeros stays zeros when it is normalized', async () => {
    const zeros = tensor(new Float32Array(d), [1, d]);
    expect(await project(projectionHead({ layers: [{ weight: stored['fc1.weight'] }], normalize: true }), zeros)).toEqual(
      new Array(hidden).fill(0),
    );
  });
});

test('stored weights give what the arrays give, from .safetensors and from .npy', async () => {
  const wanted = await project(projectionHead({ layers, normalize: true }));
  for (const weights of [join(folder, 'head.safetensors'), join(folder, 'head')])
    expect(await project(weightsHead({ weights, layers: named, normalize: true }))).toEqual(wanted);
});

test('a head behind an encoder is a chain whose stages are the two', async () => {
  const chain = chainEncoders([flattenEncoder([1, 1, hidden]), onnxHead({ model: join(folder, 'head.onnx') })]);
  expect((await chain.open(running())).width).toBe(e);
  expect(chain.stages).toHaveLength(2);
  const image = normal([n, 1, 1, hidden]);
  const { features } = await chain.encode({ image }, running());
  closeTo([...values(features!)], reference(tensor(values(image), [n, hidden]), [layers[1]!], false));
  await chain.close();
});

test('the digest tells heads apart', async () => {
  const digestOf = async (head: ReturnType<typeof projectionHead>) => {
    const { digest } = await head.open(running());
    await head.close();
    return digest;
  };
  const same = [await digestOf(projectionHead({ layers })), await digestOf(projectionHead({ layers, threads: 1, maxBatch: 3 }))];
  expect(same[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(same[1]).toBe(same[0]);
  expect(await digestOf(projectionHead({ layers, normalize: true }))).not.toBe(same[0]);
});

describe('what does not fit is named', () => {
  test.each([
    ['a layer that is too narrow', [layers[0]!, { weight: normal([2, 6]) }], 'layer 1: expected a weight of [out, 7], got [2,6]'],
    ['a bias of another length', [{ weight: normal([2, 3]), bias: normal([3]) }], 'layer 0: expected a bias of [2], got [3]'],
    [
      'a variance of another length',
      [{ ...layers[0]!, batchNorm: { ...batchNorm, variance: normal([1]) } }],
      'a variance of [7], got [1]',
    ],
    ['no layer', [], 'expected at least one layer, got none'],
  ])('%s', (_, given, message) => {
    expect(() => projectionHead({ layers: given })).toThrow(
      expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining(message) }),
    );
  });

  test('features of another width', async () => {
    await expect(project(projectionHead({ layers }), normal([2, 4]))).rejects.toMatchObject({
      code: 'SHAPE',
      message: 'projection-head: expected features of [n, 5], got [2,4]',
    });
  });

  test.each([
    ['FILE_MISSING', 'none.safetensors', named, 'expected a .safetensors file or a folder of .npy files'],
    ['NAME', 'head.safetensors', [{ weight: 'fc3' }], 'expected weights named "fc3", got fc1.weight'],
    ['NAME', 'head', [{ weight: 'fc3' }], 'expected weights named "fc3", got no file "fc3.npy"'],
    ['NAME', 'head', [{ weight: '../head/fc2.weight' }], 'got a path'],
    ['FILE_FORMAT', 'head.onnx', named, 'expected'],
    ['SHAPE', 'head.safetensors', [{ weight: 'fc2.weight' }, { weight: 'fc1.weight' }], 'layer 1: expected a weight of [out, 3]'],
  ])('%s of stored weights', async (code, file, given, message) => {
    const head = weightsHead({ weights: join(folder, file), layers: given });
    await expect(head.open(running())).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('a model that takes no rows, and an output that is not there', async () => {
    const graph = createGraph({ name: 'images' });
    graph.output('y', graph.input('x', 'float32', ['n', 3, 4, 4]), 'float32', ['n', 3, 4, 4]);
    await writeFile(join(folder, 'images.onnx'), graph.bytes());
    await expect(onnxHead({ model: join(folder, 'images.onnx') }).open(running())).rejects.toMatchObject({
      code: 'MODEL_INPUT',
      message: expect.stringContaining('expected one float32 input [n, d] of a head, got x: float32 [n, 3, 4, 4]'),
    });
    await expect(onnxHead({ model: join(folder, 'head.onnx'), output: 'y' }).open(running())).rejects.toMatchObject({
      code: 'MODEL_OUTPUT',
      message: expect.stringContaining('expected an output "y" of float32 [n, e] with a stated e, got z: float32 [n, 3]'),
    });
  });
});
