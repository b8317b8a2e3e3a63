import {
  type AnyFactory,
  type BatchGradients,
  type Batches,
  type ContrastBatch,
  type EncodedViews,
  type Paired,
  type Pairing,
  type Progress,
  ViewforgeError,
} from '@viewforge/core';
import { alignmentUniformity, infoNce, jensenShannon } from '@viewforge/losses';
import { plugin } from '@viewforge/pairings';
import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { contentOf, domainProblem, firstDifference, firstNotFinite, stateOf } from '@viewforge/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lengthsIn, type Slot, slotsOf, withArrays } from './batch-arrays.ts';
import { arraysOf, encodedViews, movedViews, plainViews, reorderedViews, roles } from './encoded-views.ts';
import { expectNear, largest } from './nearness.ts';
import { optionsWithRoles } from './options.ts';
import { anyOrder } from './rows.ts';

// Every shipped pairing, with any likely options, on views of one to three roles: the first batch and one after it.

type Options = Record<string, unknown>;
type AnyPairing = Pairing<unknown, keyof Batches>;
interface Trial {
  readonly pairing: AnyPairing;
  readonly encoded: EncodedViews;
  readonly state: unknown;
  readonly paired: Paired<unknown, keyof Batches>;
  readonly progress: Progress;
  readonly seed: number;
}

const pairings = (plugin.provides as readonly AnyFactory[]).flatMap((factory) =>
  factory.kind === 'pairing' ? [{ name: factory.about.name, factory }] : [],
);

test('there are pairings to check', () => expect(pairings.length).toBeGreaterThan(12));

describe.each(pairings)('$name', ({ factory }) => {
  const make = factory as unknown as (options: Options) => AnyPairing;
  const trials = pairingOptions(factory).chain((options) =>
    fc.record({
      options: fc.constant(options),
      plain: plainViews({ cells: Number(options['height'] ?? 1) * Number(options['width'] ?? 1) }),
      isFirst: fc.boolean(),
      progress: fc.record({ epoch: fc.constantFrom(0, 3), step: fc.nat({ max: 20 }), fraction: fc.constantFrom(0, 0.5) }),
      seed: fc.nat(),
    }),
  );
  /** Calls `law` where the pairing does not refuse the views. */
  const check = (law: (trial: Trial) => void, numRuns = 60): void => {
    let paired = 0;
    const property = fc.property(trials, ({ options, plain, isFirst, progress, seed }) => {
      const [pairing, encoded] = [make(options), encodedViews(plain)];
      const first = triedOn(pairing, encoded, pairing.start(), progress);
      if (first === undefined) return;
      paired++;
      const state = isFirst ? pairing.start() : first.state;
      law({ pairing, encoded, state, paired: pairing.pair(encoded, state, progress), progress, seed });
    });
    fc.assert(property, { seed: 1, numRuns, includeErrorInReport: true });
    expect(paired / numRuns, 'share of views that are paired').toBeGreaterThan(0.15);
  };

  test('targets are shares of columns that may be seen, and the batch is finite and well-formed', () => {
    check(({ pairing, paired: { batch } }) => {
      expect(firstNotFinite(batch)).toBeUndefined();
      if (pairing.makes !== 'contrast') return;
      expect(domainProblem('contrast', batch)).toBeUndefined();
      expect(Number.isFinite(infoNce().measure(batch as ContrastBatch).value)).toBe(true);
    });
  });

  test('views and state stay as they were, and the same gives the same, also from a state that was stored', () => {
    check(({ pairing, encoded, state, paired, progress, seed }) => {
      const before = [stateOf(encoded), stateOf(state)];
      const again = pairing.pair(encoded, structuredClone(state), progress);
      paired.pullback(gradientsFor(paired.batch, seed));
      expect(firstDifference(before, [stateOf(encoded), stateOf(state)]), 'what was given').toBeUndefined();
      expect(firstDifference(contentOf([paired.batch, paired.state]), contentOf([again.batch, again.state]))).toBeUndefined();
    });
  });

  test('the order of items does not matter', () => {
    const property = fc.property(
      trials.chain((trial) => fc.tuple(fc.constant(trial), anyOrder(trial.plain.items.length))),
      ([{ options, plain, progress }, order]) => {
        const [pairing, encoded] = [make(options), encodedViews(plain)];
        const before = triedOn(pairing, encoded, pairing.start(), progress);
        if (before === undefined || options['assignment'] === 'hard') return; // rounding decides between equal prototypes
        const after = pairing.pair(reorderedViews(encoded, order), pairing.start(), progress);
        const [expected, actual] = [before, after].map(({ batch }) => numberOf(pairing, batch));
        expect(Math.abs(actual! - expected!), `${actual}, not ${expected}`).toBeLessThanOrEqual(
          1e-6 * Math.max(1, Math.abs(expected!)),
        ); // float32 targets
      },
    );
    fc.assert(property, { seed: 1, numRuns: 60, includeErrorInReport: true });
  });

  test('pullback is linear', () => {
    check(({ paired, seed }) => {
      const [one, other] = [gradientsFor(paired.batch, seed), gradientsFor(paired.batch, seed + 1)];
      const others = slotsOf(other);
      const both = withArrays(
        one,
        slotsOf(one).map((slot, s) => {
          const add = values(others[s]!.array);
          const data = Float64Array.from(values(slot.array), (each, i) => 2 * each - 3 * add[i]!);
          return { ...slot, array: tensor(data, slot.array.shape) };
        }),
      );
      const [a, b, sum] = [one, other, both].map((gradients) => arraysOfGradients(paired.pullback(gradients)));
      expectNear(
        sum!,
        a!.map((each, i) => 2 * each - 3 * b![i]!),
        Math.max(1, largest(a!, b!)),
        1e-9,
      );
    }, 30);
  });

  test('pullback is the transpose of how the batch moves with the views', () => {
    let compared = 0;
    check(({ pairing, encoded, state, paired, progress, seed }) => {
      const random = createRandom(seed).fork('views');
      const directions = arraysOf(encoded).map((array) => lengthsIn(array).map((length) => length * random.normal(0, 1)));
      const gradients = gradientsFor(paired.batch, seed);
      const pulled = arraysOfGradients(paired.pullback(gradients));
      const told = dot(
        pulled,
        directions.flatMap((each) => [...each]),
      );
      const at = (step: number): Slot[] => slotsOf(pairing.pair(movedViews(encoded, directions, step), state, progress).batch);
      const along = (step: number): number => {
        const [up, down] = [at(step), at(-step)];
        return slotsOf(gradients).reduce((sum, { field, place, array }) => {
          const [above, below] = [up, down].map((slots) => values(slotAt(slots, field, place).array));
          return (
            sum +
            dot(
              values(array),
              Float64Array.from(above!, (each, i) => (each - below![i]!) / (2 * step)),
            )
          );
        }, 0);
      };
      const [far, near] = [along(2e-4), along(1e-4)];
      const size = 1e-6 * Math.max(1, Math.abs(told), largest(...directions)); // of numbers of this size, divided by a step of 1e-4
      if (Math.abs(far - near) > size) return; // a corner, such as another row that becomes the nearest
      compared++;
      expect(Math.abs(told - near), `${told}, not ${near}`).toBeLessThanOrEqual(2 * size);
    });
    expect(compared).toBeGreaterThan(5);
  });
});

/** Likely options, with indexes of views and sizes of maps that there may be. */
function pairingOptions(factory: AnyFactory): fc.Arbitrary<Options> {
  return optionsWithRoles(factory, roles).map((options) =>
    Object.fromEntries(
      Object.entries(options).flatMap(([name, value]) => {
        if (name === 'output') return []; // these views have their features alone
        if (name.endsWith('View')) return [[name, Number(value) % 2]];
        return [['height', 'width', 'size'].includes(name) ? [name, 1 + (Number(value) % 3)] : [name, value]];
      }),
    ),
  );
}

/** The first batch, unless the pairing says that these views are not for it. */
function triedOn(pairing: AnyPairing, encoded: EncodedViews, state: unknown, progress: Progress) {
  try {
    return pairing.pair(encoded, state, progress);
  } catch (error) {
    expect(error).toBeInstanceOf(ViewforgeError);
    expect(['NAME', 'PLAN', 'SHAPE']).toContain((error as ViewforgeError).code);
    return undefined;
  }
}

/** Any numbers as gradients of the arrays of a batch that gradients flow to. */
function gradientsFor(batch: Batches[keyof Batches], seed: number): BatchGradients {
  const random = createRandom(seed).fork('gradients');
  const frozen = (batch as Partial<ContrastBatch>).frozen;
  const fields = ['queries', 'keys', 'views', 'students'];
  const slots = slotsOf(batch).filter(({ field }) => fields.includes(field));
  const gradients: Record<string, unknown> = {};
  for (const { field, place, array } of slots) {
    const gradient = tensor(
      Float64Array.from(values(array), () => random.normal(0, 1)),
      array.shape,
    );
    if (place === undefined) gradients[field] = gradient;
    else
      gradients[field] = [...((gradients[field] as unknown[]) ?? []), field === 'keys' && frozen?.[place] ? undefined : gradient];
  }
  return gradients;
}

/** A number that depends on all of a batch. */
function numberOf({ makes }: AnyPairing, batch: Batches[keyof Batches]): number {
  if (makes === 'contrast') return infoNce({ temperature: 0.5 }).measure(batch as ContrastBatch).value;
  if (makes === 'aligned') {
    const { views, targets = [] } = batch as Batches['aligned'];
    return alignmentUniformity({ alignmentWeight: Number(views.length + targets.length > 1) }).measure({
      views: sameShaped([...views, ...targets]),
    }).value;
  }
  const { students, teachers } = batch as Batches['distributions'];
  const all = sameShaped([...students, ...teachers]);
  return all.length < 2 ? 0 : jensenShannon().measure({ students: all, teachers: [], taughtBy: 'all' }).value;
}

function sameShaped<T extends { readonly shape: readonly number[] }>(arrays: readonly T[]): T[] {
  return arrays.filter(({ shape }) => `${shape}` === `${arrays[0]!.shape}`);
}

function slotAt(slots: readonly Slot[], field: string, place: number | undefined): Slot {
  return slots.find((slot) => slot.field === field && slot.place === place)!;
}

function arraysOfGradients(pulled: ReturnType<Paired['pullback']>): number[] {
  return Object.values(pulled).flatMap((list) => list.flatMap((each) => [...values(each)]));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
