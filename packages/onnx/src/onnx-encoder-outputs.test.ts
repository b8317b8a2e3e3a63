import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncoderInputs } from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { obeysEncoderLaws } from '@viewforge/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { stagedNetworkModel } from './models/staged-network-model.ts';
import { visionTransformerModel } from './models/vision-transformer-model.ts';
import { onnxEncoder } from './onnx-encoder.ts';

const running = { signal: new AbortController().signal };
const folder = await mkdtemp(join(tmpdir(), 'viewforge-adapters-'));
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, bytes);
  return path;
}
const vision = await file('vision', visionTransformerModel(1));
const staged = await file('staged', stagedNetworkModel(4));

const images = (n: number, side = 32): Tensor =>
  tensor(
    Float32Array.from({ length: n * 3 * side * side }, (_, i) => Math.abs(Math.sin(i * i))),
    [n, 3, side, side],
  );

type Options = Parameters<typeof onnxEncoder>[0];
async function encode(options: Options, inputs: EncoderInputs): Promise<Readonly<Record<string, Tensor>>> {
  const encoder = onnxEncoder(options);
  try {
    return await encoder.encode(inputs, running);
  } finally {
    await encoder.close();
  }
}
const rows = (features: Tensor | undefined): number[][] => {
  const all = Array.from(values(features!));
  const width = all.length / features!.shape[0]!;
  return Array.from({ length: features!.shape[0]! }, (_, i) => all.slice(i * width, (i + 1) * width));
};
function expectClose(found: readonly number[][], expected: readonly number[][]): void {
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [i, row] of found.entries()) {
    for (const [j, value] of row.entries()) expect(value).toBeCloseTo(expected[i]![j]!, 5); // float32
  }
}
const meanOf = (list: readonly (readonly number[])[]) =>
  list[0]!.map((_, j) => list.reduce((sum, row) => sum + row[j]!, 0) / list.length);
const cut = (row: readonly number[], width: number) =>
  Array.from({ length: row.length / width }, (_, i) => row.slice(i * width, (i + 1) * width));

describe('a vision transformer with class and patch tokens', () => {
  obeysEncoderLaws(() => onnxEncoder({ model: vision, maxBatch: 2, pooling: 'cls+mean' }), { image: images(5) });
  const outputs = { tokens: { output: 'last_hidden_state' } };

  test('features are what it pooled itself, and every pooling is that of its tokens', async () => {
    const own = await encode({ model: vision, outputs }, { image: images(3) });
    expect(own['tokens']!.shape).toEqual([3, 17, 32]);
    const all = rows(own['tokens']).map((row) => cut(row, 32));
    expectClose(
      rows(own['features']),
      all.map(([first]) => first!),
    );
    const expected = {
      pooler: all.map(([first]) => first!),
      cls: all.map(([first]) => first!),
      mean: all.map(meanOf),
      max: all.map((list) => list[0]!.map((_, j) => Math.max(...list.map((row) => row[j]!)))),
      'cls+mean': all.map(([first, ...rest]) => [...first!, ...meanOf(rest)]),
    } as const;
    for (const [pooling, wanted] of Object.entries(expected)) {
      const { features } = await encode({ model: vision, pooling: pooling as keyof typeof expected }, { image: images(3) });
      expectClose(rows(features), wanted);
    }
    const patches = await encode({ model: vision, pooling: 'mean', classTokens: 1 }, { image: images(3) });
    expectClose(
      rows(patches['features']),
      all.map(([, ...rest]) => meanOf(rest)),
    );
  });

  test('parts of any size give the same, in every output', async () => {
    const whole = await encode({ model: vision, outputs, maxBatch: 5 }, { image: images(5) });
    const parts = await encode({ model: vision, outputs, maxBatch: 2 }, { image: images(5) });
    for (const name of ['features', 'tokens']) {
      expect(parts[name]!.shape).toEqual(whole[name]!.shape);
      expectClose(rows(parts[name]), rows(whole[name]));
    }
  });

  test('no item gives no row, in the stated shapes', async () => {
    const none = await encode({ model: vision, outputs }, { image: images(0) });
    expect([none['features']!.shape, none['tokens']!.shape]).toEqual([
      [0, 32],
      [0, 17, 32],
    ]);
  });
});

describe('a network that shows its stages', () => {
  const outputs = {
    early: { output: 'feature_maps.0' },
    late: { output: 'feature_maps.2', pooling: 'mean' },
    again: { output: 'feature_maps.2' },
  } as const;

  test('several outputs at once, in parts, as they stand or pooled', async () => {
    const found = await encode({ model: staged, outputs, maxBatch: 2 }, { image: images(3, 16) });
    expect(Object.keys(found)).toEqual(['features', 'early', 'late', 'again']);
    expect(found['early']!.shape).toEqual([3, 8, 8, 8]);
    expect(found['again']!.shape).toEqual([3, 32, 2, 2]);
    expectClose(
      rows(found['late']),
      rows(found['again']).map((row) => cut(row, 4).map((map) => map.reduce((a, b) => a + b) / 4)),
    );
    const alone = await encode(
      { model: staged, output: 'feature_maps.0', pooling: 'none', size: [16, 16] },
      { image: images(3, 16) },
    );
    expectClose(rows(alone['features']), rows(found['early']));
  });

  test('the facts state them', async () => {
    const encoder = onnxEncoder({ model: staged, outputs });
    const facts = await encoder.open(running);
    expect(facts.outputs).toEqual({
      features: { type: 'float32', shape: ['n', 16] },
      early: { type: 'float32', shape: ['n', 8, 'h0', 'w0'] },
      late: { type: 'float32', shape: ['n', 32] },
      again: { type: 'float32', shape: ['n', 32, 'h2', 'w2'] },
    });
    await encoder.close();
  });
});
