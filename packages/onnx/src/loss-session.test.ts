import {
  type ContrastBatch,
  defineLoss,
  type LossGradients,
  pairs,
  sparseExclusion,
  sparseWeights,
  ViewforgeError,
} from '@viewforge/core';
import { infoNce, ntXent, supCon } from '@viewforge/losses';
import { bothWays } from '@viewforge/pairings';
import { type Features, features, type Tensor, tensor, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { type LossSession, lossSession } from './loss-session.ts';
import type { ProviderName } from './providers.ts';

const opened: LossSession<'contrast'>[] = [];
const session = (...[loss, options = {}]: Parameters<typeof lossSession<'contrast'>>) => {
  opened.push(lossSession(loss, { from: 0, ...options }));
  return opened.at(-1)!;
};
afterAll(() => Promise.all(opened.map((each) => each.close())));

const [n, d] = [24, 16];
const blend = { kind: 'identity' } as const;
const views = { items: ids(n), views: { view: [1, 2, 3].map((seed) => ({ features: exampleFeatures(n, d, seed), blend })) } };
const twoViews = bothWays().pair(views, null, { epoch: 0, step: 0, fraction: 0 }).batch;
const soft = Array.from({ length: n }, (_, i): [number, number][] =>
  i === 3
    ? []
    : [
        [i, 0.7],
        [n + 2 * i, 0.3],
      ],
);
const blocks = [exampleFeatures(n, d, 4), exampleFeatures(3 * n, d, 5)];
const mixed: ContrastBatch = {
  queries: exampleFeatures(n, d, 6),
  keys: blocks,
  targets: sparseWeights(soft),
  excluded: sparseExclusion(Array.from({ length: n }, (_, i) => (i % 2 === 0 ? [(i + 1) % n, 2 * n + i] : []))),
  queryWeights: Float64Array.from({ length: n }, (_, i) => i % 5),
};
const zero = features(values(exampleFeatures(n, d, 7)).map((each, at) => (at < d ? 0 : each)) as Float32Array, n, d);
const batches: readonly (readonly [string, ContrastBatch])[] = [
  ['pairs', pairs(exampleFeatures(n, d, 1), exampleFeatures(n, d, 2))],
  ['three views against all', twoViews],
  ['blocks, soft targets, exclusions, weights and a query without a positive', mixed],
  ['a queue that does not learn', { ...mixed, frozen: [false, true] }],
  ['keys that do not learn at all', { ...mixed, frozen: [true, true] }],
  ['a row of zeros', pairs(zero, exampleFeatures(n, d, 2))],
];

describe.each(batches)('a model says what the loss itself says: %s', (_, batch) => {
  test.each(['each', 'apart', 'sum'] as const)('positives %s, cosines', async (positives) => {
    await agrees(infoNce({ temperature: 0.2, positives }), batch, 1e-5);
  });
  test('dot products', () => agrees(infoNce({ temperature: 2, similarity: 'dot', scale: 'twice-temperature' }), batch, 1e-5));
  test.each([0.01, 100])('temperature %d', (temperature) =>
    agrees(infoNce({ temperature }), batch, 1e-5 / Math.min(1, temperature)),
  );
  test('supervised contrast', () => agrees(supCon({ positives: 'inside', temperature: 0.3 }), batch, 1e-5));
});

test('600 queries against a queue of 65 536 keys and their own, in more than one run', async () => {
  const [count, keys] = [600, 65_536];
  const batch: ContrastBatch = {
    ...pairs(exampleFeatures(count, 8, 1), exampleFeatures(count, 8, 2)),
    keys: [exampleFeatures(count, 8, 2), exampleFeatures(keys, 8, 3)],
    frozen: [false, true],
  };
  expect(infoNce().graph!.plan(batch)!.parts).toBeGreaterThan(1);
  await agrees(infoNce({ temperature: 0.2 }), batch, 2e-5);
}, 240_000);

test('a batch of few comparisons, and one that the model cannot take, are measured directly, to the last digit', async () => {
  const small = pairs(exampleFeatures(4, 4, 1), exampleFeatures(4, 4, 2));
  const direct = session(ntXent(), { from: 65536 });
  expect(await direct.differentiate(small)).toEqual({ ...ntXent().differentiate(small), path: 'direct' });
  const double = pairs(inFloat64(small.queries), inFloat64(small.keys[0]!));
  expect((await session(ntXent()).measure(double)).path).toBe('direct');
  const extras = { values: tensor(new Float32Array(16).fill(1), [4, 1, 4]), counts: new Int32Array(4) };
  expect((await session(ntXent()).measure({ ...small, extras })).path).toBe('direct');
  expect(direct.provider()).toBeUndefined();
});

test('a loss without a model works as well', async () => {
  const half = defineLoss({
    name: 'half',
    summary: 'Say a half.',
    measure: () => ({ value: 0.5, perQuery: new Float64Array(), parts: {} }),
    differentiate: () => ({ value: 0.5, perQuery: new Float64Array(), parts: {}, gradients: {} }),
  });
  expect(await session(half()).measure(twoViews)).toEqual({
    value: 0.5,
    perQuery: new Float64Array(),
    parts: {},
    path: 'direct',
  });
});

test('numbers that are not finite are named as by the loss itself', async () => {
  const broken = exampleFeatures(n, d, 1);
  values(broken)[5 * d] = Number.NaN;
  const batch = pairs(broken, exampleFeatures(n, d, 2));
  await expect(session(ntXent()).measure(batch)).rejects.toMatchObject({ code: 'NOT_FINITE' });
});

test('rows whose squares overflow float32 do not pass for rows of length 0', async () => {
  const rows = (seed: number) =>
    tensor(values(exampleFeatures(n, d, seed)).map((each: number) => each * 1e19) as Float32Array, [n, d]);
  const batch = pairs(rows(1), rows(2));
  const found = await session(ntXent()).measure(batch);
  expect(found).toEqual({ ...ntXent().measure(batch), path: 'direct' });
});

test('calls at the same time keep to their own models', async () => {
  const own = session(infoNce({ temperature: 0.2 }));
  const large: ContrastBatch = { ...pairs(exampleFeatures(600, 8, 1), exampleFeatures(600, 8, 2)), frozen: [false, true] };
  const parts = { ...large, keys: [large.keys[0]!, exampleFeatures(65_536, 8, 3)] };
  await own.measure(parts);
  await own.measure(twoViews); // both models are open
  const [one, two] = await Promise.all([own.measure(parts), own.measure(twoViews)]);
  expect([one.path, two.path]).toEqual(['graph', 'graph']);
  expect(two.value).toBeCloseTo(infoNce({ temperature: 0.2 }).measure(twoViews).value, 5);
}, 240_000);

test('a provider that is not there is an error that names it and says what to do', async () => {
  const asked = session(ntXent(), { providers: ['cuda'] });
  await expect(asked.measure(twoViews)).rejects.toMatchObject({ code: 'PROVIDER', message: expect.stringContaining('cuda') });
  const fallback = session(ntXent(), { providers: ['cuda', 'cpu'] });
  await fallback.measure(twoViews);
  expect(fallback.provider()).toMatchObject({ provider: 'cpu', passedOver: [{ provider: 'cuda' }] });
});

test.each(['webgpu', 'cuda'] as const)(
  '%s gives the same numbers where it is there, and says what is missing where it is not',
  async (provider) => {
    const loss = infoNce({ temperature: 0.2 });
    const asked = session(loss, { providers: [provider] });
    const measured = await asked.measure(twoViews).catch((error: unknown) => error);
    if (measured instanceof ViewforgeError) {
      expect(measured).toMatchObject({ code: 'PROVIDER', message: expect.stringContaining(provider) });
      expect(asked.provider()).toBeUndefined();
    } else {
      expect(asked.provider()).toMatchObject({ provider, passedOver: [] });
      await agrees(loss, twoViews, 1e-5, [provider]);
    }
  },
);

test('aborts reject with their reason, and a closed session says so', async () => {
  const abort = new AbortController();
  abort.abort(new Error('enough'));
  const own = session(ntXent());
  await expect(own.measure(twoViews, { signal: abort.signal })).rejects.toThrow('enough');
  await own.close();
  await own.close();
  await expect(own.measure(twoViews)).rejects.toMatchObject({ code: 'USAGE' });
});

/** Value, what is said of each query, parts and gradients within a tolerance of the largest number of each. */
async function agrees(
  loss: ReturnType<typeof infoNce>,
  batch: ContrastBatch,
  tolerance: number,
  providers: readonly ProviderName[] = ['cpu'],
): Promise<void> {
  const own = session(loss, { providers });
  const found = await own.differentiate(batch);
  const wanted = loss.differentiate(batch);
  expect(found.path).toBe('graph');
  close('value', [found.value], [wanted.value], tolerance);
  close('perQuery', found.perQuery, wanted.perQuery, tolerance);
  const { top5: _, ...parts } = wanted.parts;
  expect(Object.keys(found.parts).sort()).toEqual(Object.keys(parts).sort());
  close(
    'parts',
    Object.values(parts).map((_, i) => found.parts[Object.keys(parts)[i]!]!),
    Object.values(parts),
    10 * tolerance,
  );
  for (const [name, mine, theirs] of gradientsOf(found, wanted, batch)) {
    if (mine === undefined) expect(theirs, name).toBeUndefined();
    else close(name, values(mine), values(theirs!), tolerance);
  }
  await own.close();
}

function gradientsOf(found: LossGradients, wanted: LossGradients, { frozen }: ContrastBatch) {
  const keys = wanted.gradients.keys!.map(
    (theirs, b) => [`keys ${b}`, found.gradients.keys![b], frozen?.[b] ? undefined : theirs] as const,
  );
  return [['queries', found.gradients.queries, wanted.gradients.queries] as const, ...keys];
}

function close(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length, what).toBe(expected.length);
  let most = 0;
  for (let i = 0; i < expected.length; i++) if (Math.abs(expected[i]!) > most) most = Math.abs(expected[i]!);
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(expected[i]!)) expect(actual[i], `${what} ${i}`).toBeNaN();
    else if (!(Math.abs(actual[i]! - expected[i]!) <= tolerance * Math.max(most, 1e-6)))
      expect(actual[i], `${what} ${i}, largest ${most}`).toBe(expected[i]);
  }
}

function inFloat64(rows: Features): Tensor {
  return tensor(Float64Array.from(values(rows)), rows.shape);
}

function ids(count: number): { id: string }[] {
  return Array.from({ length: count }, (_, i) => ({ id: `${i}` }));
}
