import { defineAugmenter, defineLoss, definePairing, definePlan, type Encoder, type Encoding, pairs } from '@viewforge/core';
import { image, values } from '@viewforge/tensor';
import { flattenEncoder } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { fragile, numbers } from '../fixtures/numbers-plugin.mjs';
import { type RunOptions, type RunStep, run } from './index.ts';

const twoProbes = definePlan({
  name: 'two-probes',
  summary: 'Two probes.',
  groups: () => [{ role: 'view', count: 2, augment: fragile() }],
});
const counting = definePairing({
  name: 'counting',
  summary: 'View 0 against view 1, counting batches.',
  start: () => ({ batches: 0 }),
  pair: (encoded, state) => ({
    batch: pairs(encoded.views['view']![0]!.features, encoded.views['view']![1]!.features),
    state: { batches: state.batches + 1 },
    pullback: () => ({}),
  }),
});

const firstQuery = defineLoss({
  name: 'first-query',
  summary: 'The first number.',
  measure: ({ queries }) => ({ value: queries.get(0, 0), perQuery: new Float64Array(), parts: {} }),
  differentiate: () => ({ value: 0, perQuery: new Float64Array(), parts: {}, gradients: {} }),
});

/** An encoder that takes its time and notes when it begins and ends, and what it is told. */
function slowEncoder(extra: Partial<Encoder> = {}, log: string[] = [], told: Encoding[] = []): Encoder {
  const flat = flattenEncoder([1, 1, 2]);
  return {
    ...flat,
    async encode(inputs, running) {
      told.push(running);
      log.push('begin');
      await new Promise((resolve) => setTimeout(resolve, 2));
      running.signal.throwIfAborted();
      const result = await flat.encode(inputs, running);
      log.push('end');
      return result;
    },
    ...extra,
  };
}

const options = (extra: Partial<RunOptions> = {}): RunOptions => ({
  source: numbers({ count: 10 }),
  plan: twoProbes(),
  encoder: slowEncoder(),
  pairing: counting(),
  loss: firstQuery(),
  seed: 5,
  batchSize: 3,
  epochs: 2,
  ...extra,
});

/** What a step said when it was there, numbers copied. */
const seen = ({ step, epoch, items, drawn, views, encoded, loss, counts, checkpoint }: RunStep) =>
  structuredClone({
    ...{ step, epoch, items, drawn, counts, checkpoint, loss },
    views: views['view']!.map((view) => [...values(view.values)]),
    features: encoded.views['view']!.map((view) => [...values(view.features)]),
  });

async function all(given: RunOptions, meanwhile: () => Promise<void> = async () => {}) {
  const list = [];
  for await (const step of run(given)) {
    await meanwhile();
    list.push(seen(step));
  }
  return list;
}

describe('a step ahead', () => {
  test('results are those of an encoder that says it changes, with memory that is used again or not, with workers or without', async () => {
    const plain = await all(options({ encoder: slowEncoder({ changes: true }) }));
    expect(plain).toHaveLength(8);
    const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 8)); // the next step is made and encoded meanwhile
    for (const workers of [0, 2])
      for (const reuse of [false, true]) expect(await all(options({ workers, reuse }), pause)).toEqual(plain);
  });

  test('the next step is encoded while one is looked at, and no further one', async () => {
    const log: string[] = [];
    const steps = run(options({ encoder: slowEncoder({}, log) }));
    await steps.next();
    await expect.poll(() => log.filter((each) => each === 'end').length).toBe(4); // two views of two steps
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log).toHaveLength(8);
    await steps.return();
  });

  test.each([
    ['itself', { changes: true }],
    ['a stage', { stages: [slowEncoder(), slowEncoder({ changes: true })] }],
  ])('nothing is encoded ahead where %s changes', async (_, extra) => {
    const log: string[] = [];
    const steps = run(options({ encoder: slowEncoder(extra, log) }));
    await steps.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log.filter((each) => each === 'begin')).toHaveLength(2);
    await steps.return();
  });

  test('an error comes in its turn: steps before it are given, also when it was there early', async () => {
    let calls = 0;
    const encode: Encoder['encode'] = async (inputs, running) => {
      if (++calls > 4) throw new Error('broken at step 2');
      return flattenEncoder([1, 1, 2]).encode(inputs, running);
    };
    const steps = run(options({ encoder: slowEncoder({ encode }) }));
    await steps.next();
    expect((await steps.next()).value!.step).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(steps.next()).rejects.toThrow('broken at step 2');
    expect(await steps.next()).toEqual({ done: true, value: undefined });
  });

  test('a bad item of the next step is told with the next step', async () => {
    const plan = definePlan({
      name: 'fragile',
      summary: 'Two.',
      groups: () => [{ role: 'view', count: 2, augment: fragileAt(4) }],
    });
    const given = options({ plan: plan(), epochs: 1 });
    const found: number[] = [];
    await expect(
      (async () => {
        for await (const { step } of run(given)) found.push(step);
      })(),
    ).rejects.toMatchObject({ item: 'number-4' });
    expect(found).toEqual([0]);
    const skipping = run({ ...given, badItems: { policy: 'skip' } });
    const bad: [number, string[]][] = [];
    for await (const step of skipping) bad.push([step.step, step.bad.map(({ id }) => id)]);
    expect(bad).toEqual([
      [0, []],
      [1, ['number-4']],
      [2, []],
    ]);
  });

  test('left early, what is encoded ahead is given up and nothing is left behind', async () => {
    const told: Encoding[] = [];
    for await (const step of run(options({ encoder: slowEncoder({}, [], told) }))) {
      expect(step.step).toBe(0);
      break;
    }
    expect(told.at(-1)!.signal.aborted).toBe(true);
  });

  test('an abort rejects the next step at once, though it was ready', async () => {
    const controller = new AbortController();
    const steps = run(options({ signal: controller.signal }));
    await steps.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort(new Error('stop'));
    await expect(steps.next()).rejects.toThrow('stop');
  });

  test('a run taken up at any step goes on as if it had not been interrupted', async () => {
    const whole = await all(options());
    for (const [done, { checkpoint }] of whole.entries())
      expect(await all(options({ resume: checkpoint as never }))).toEqual(whole.slice(done + 1));
  });
});

/** Fails for one number. */
function fragileAt(wrong: number) {
  return defineAugmenter({
    name: 'fragile-at',
    summary: 'Fail for one item.',
    accepts: 'pixels',
    returns: 'image',
    draw: () => null,
    apply(content) {
      if (content.get(0, 0, 0) === wrong) throw new Error('this one is broken');
      return image(Float32Array.of(content.get(0, 0, 0), 1), 1, 1, 2);
    },
  })();
}
