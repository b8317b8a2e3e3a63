import { parseOptions } from '@viewforge/core';
import { z } from 'zod';
import { expect, test } from 'vitest';
import { ownFeeding } from './feeding.ts';
import { providerConfig } from './provider-config.ts';
import type { Session } from './session.ts';
import { readyFacts } from './session-encoder.ts';
import { type SessionChoice, sessionOptions, setupOf } from './session-options.ts';

const parse = (options: object): SessionChoice => parseOptions(z.object(sessionOptions(32)), options, 'encoder');

test('settings of providers have the defaults of ONNX Runtime, and reach the provider they are for', () => {
  expect(setupOf(parse({ threads: 3 }))).toEqual({
    threads: 3,
    spinning: false,
    tuning: {
      optimization: 'all',
      arena: true,
      cuda: { device: 0 },
      webgpu: { validation: 'basic', layout: 'NCHW', buffers: 'bucket' },
    },
  });
  const { tuning } = setupOf(
    parse({ cuda: { device: 2 }, webgpu: { layout: 'NHWC', buffers: 'simple', validation: 'disabled' } }),
  );
  expect(providerConfig('cuda', tuning)).toEqual({ name: 'cuda', deviceId: 2 });
  expect(providerConfig('webgpu', tuning)).toEqual({
    name: 'webgpu',
    preferredLayout: 'NHWC',
    storageBufferCacheMode: 'simple',
    validationMode: 'disabled',
  });
  expect(providerConfig('cpu', tuning)).toBe('cpu');
});

test.each([
  [{ cuda: { device: -1 } }, 'cuda.device: expected a number >= 0, got -1'],
  [{ cuda: { memoryLimit: 1 } }, 'cuda: unknown key "memoryLimit"'],
  [{ webgpu: { layout: 'NWHC' } }, 'webgpu.layout: expected one of "NCHW", "NHWC", got "NWHC"'],
  [{ optimization: 'most' }, 'optimization: expected one of'],
  [{ warmUp: { runs: 0.5 } }, 'warmUp.runs: expected a whole number, got 0.5'],
])('%o is refused', (options, message) => {
  expect(() => parse(options)).toThrow(message);
});

/** A session that notes the shapes it is fed. */
function noting(): { session: Session; shapes: (readonly number[])[] } {
  const shapes: (readonly number[])[] = [];
  const session: Session = {
    ...{ provider: 'cpu', passedOver: [], inputs: {}, outputs: {} },
    async run(feeds) {
      const { shape } = feeds['image']!;
      shapes.push(shape);
      return { outputs: { features: { type: 'float32', shape: [shape[0]!, 2], data: new Float32Array(2 * shape[0]!) } }, feeds };
    },
    hold: async () => {},
    drop: async () => {},
    close: async () => {},
  };
  return { session, shapes };
}

test.each([
  ['none', {}, []],
  [
    'as many items as one run takes, of 224 pixels',
    { runs: 2 },
    [
      [4, 3, 224, 224],
      [4, 3, 224, 224],
    ],
  ],
  [
    'other items and sizes',
    { runs: 1, items: 6, size: [8, 9] },
    [
      [4, 3, 8, 9],
      [2, 3, 8, 9],
    ],
  ],
] as const)('warm-up: %s', async (_, warmUp, wanted) => {
  const { session, shapes } = noting();
  const choice = parse({ maxBatch: 4, warmUp });
  const feeder = { session, feeding: ownFeeding(undefined, 2), where: 'test', step: 4, spare: [] };
  const { signal } = new AbortController();
  expect(await readyFacts(feeder, choice, { signal })).toMatchObject({ width: 2, provider: 'cpu' });
  expect(shapes).toEqual(wanted);
});
