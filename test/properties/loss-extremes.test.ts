import { type Batches, type LossGradients, ViewforgeError } from '@viewforge/core';
import { values } from '@viewforge/tensor';
import { firstNotFinite } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { lengthsIn, slotsOf } from './batch-arrays.ts';
import { type Batchery, batcheries, oddBatch, oddities, scaledBatch, withNumbers } from './extreme-batches.ts';
import { type AnyBatch, type AnyLoss, exceptions, losses } from './extreme-losses.ts';
import type { Options } from './extreme-options.ts';
import { type Sides, sidesOf } from './sided-slopes.ts';

// Every shipped loss of every batch type, also those to come: on small batches, with options at both ends (temperatures from 1e-4 to 1e4), and
// on rows that coincide, are opposite, vanish, or are a million times as long. 4096 items are in loss-extremes-many.test.ts.

test('there are losses to check, and batches for each', () => {
  expect(losses.length).toBeGreaterThan(35);
  for (const { name, measures } of losses) expect(Object.keys(batcheries), `batches for ${name}`).toContain(measures);
  for (const name of Object.keys(exceptions)) expect(losses.map((loss) => loss.name)).toContain(name);
});

describe.each(losses.filter(({ measures }) => measures in batcheries))('$name', ({ name, measures, make, variants, about }) => {
  const { accuracy = () => 1e-6, least = 0.75, jumps = () => false, stays = () => [] } = about;
  const { small } = batcheries[measures] as Batchery<keyof Batches>;
  const batches = [1, 2, 6].flatMap((n) =>
    Object.entries(small(n)).map(([label, batch]) => ({ n, label: `${label}, ${n}`, batch })),
  );
  const accepted = remember((choice) => batches.filter(({ batch }) => isAccepted(make(choice), batch)));
  const directed = remember((choice) => {
    const fields = fieldsUnmoved(make(choice), accepted(choice), [(row) => 2 ** (20 * ((row % 3) - 1))]);
    return new Set([...fields, ...stays(choice)]);
  });
  const scaling = remember((choice) => fieldsUnmoved(make(choice), accepted(choice), [() => 2 ** 20, () => 2 ** -20]));

  test('gradients are slopes of the value, for 1, 2 and some items and options at both ends', () => {
    const [problems, counts] = [[] as string[], { tried: 0, telling: 0 }];
    for (const { options, choice, bend, kind } of variants) {
      expect(new Set(accepted(choice).map(({ n }) => n)).size, `sizes of batches that ${name} accepts`).toBe(3);
      for (const { label, batch } of accepted(choice).filter(({ n }) => kind !== 'both' || n > 1)) {
        for (const seed of kind === 'both' ? [1] : [1, 2]) {
          const found = sidesOf(make(options), batch, { seed, longest: 1e-3 * bend, steps: 5, directed: directed(choice) });
          counts.tried++;
          if (found === undefined) continue;
          const isSmooth = Math.abs(found.left - found.right) <= 1e-2 * found.size + 2 * found.doubt;
          if (isSmooth && found.doubt <= 1e-2 * found.size) counts.telling++;
          else if (found.size === 0 && found.doubt < 1e-9) counts.telling++; // nothing to learn
          if (!isBetween(found, accuracy(options)))
            problems.push(`${label}, ${JSON.stringify(options)}: ${JSON.stringify(found)}`);
        }
      }
    }
    expect(problems.slice(0, 20)).toEqual([]);
    expect(counts.telling / counts.tried, 'share of tries in which slopes tell something').toBeGreaterThan(least);
  });

  test('duplicate, opposite and zero rows: finite numbers, no leap from rows nearby, and gradients between the slopes on both sides', () => {
    const [problems, counts] = [[] as string[], { tried: 0, clear: 0 }];
    for (const { options, choice, kind } of variants.filter((each) => each.kind !== 'both')) {
      const loss = make(options);
      for (const { label, batch: plain } of accepted(choice)) {
        for (const oddity of Object.keys(oddities)) {
          const batch = oddBatch(plain, oddity);
          const found = loss.differentiate(batch);
          const note = (problem: string | undefined): void => {
            if (problem) problems.push(`${label}, ${oddity}, ${JSON.stringify(options)}: ${problem}`);
          };
          note(notFinite(found));
          note(moving(batch, found, directed(choice)));
          if (kind === 'number') continue;
          const near = loss.measure(nearby(batch)).value;
          // signal-to-noise is 0 beside a row without a signal, by definition
          const isSteady = !jumps(options) && options['distance'] !== 'signal-to-noise';
          if (isSteady && Math.abs(near - found.value) > 1e-4 * Math.max(1, Math.abs(near)))
            note(`${near} beside ${found.value}`);
          const sides = sidesOf(loss, batch, { seed: 1, longest: 1e-3, steps: 5, directed: directed(choice) });
          counts.tried++;
          if (sides === undefined) continue;
          counts.clear++;
          if (!isBetween(sides, accuracy(options))) note(JSON.stringify(sides));
        }
      }
    }
    expect(counts.clear / counts.tried, 'share of tries in which there is a slope').toBeGreaterThan(0.4);
    expect(problems.slice(0, 20)).toEqual([]);
  });

  test('rows a million times as long or short: finite numbers, and the same where length does not count', () => {
    const problems: string[] = [];
    for (const { options, choice, bend } of variants.filter(({ kind }) => kind !== 'both')) {
      const loss = make(options);
      for (const { label, batch } of accepted(choice)) {
        const before = loss.differentiate(batch);
        for (const factor of [1e-6, 1e6]) {
          const all = loss.differentiate(scaledBatch(batch, () => factor));
          const after = loss.differentiate(
            scaledBatch(
              batch,
              () => factor,
              (field) => scaling(choice).has(field),
            ),
          );
          // directions change by rounding, logits by that over the temperature
          const tolerance = (1e-13 / bend) * Math.max(1, Math.abs(before.value));
          const problem =
            notFinite(all) ??
            (Math.abs(after.value - before.value) > tolerance ? `${before.value}, then ${after.value}` : undefined);
          if (problem) problems.push(`${label}, times ${factor}, ${JSON.stringify(options)}: ${problem}`);
        }
      }
    }
    expect(problems.slice(0, 20)).toEqual([]);
  });
});

function remember<T>(make: (choice: Options) => T): (choice: Options) => T {
  const known = new Map<string, T>();
  return (choice) => {
    const key = JSON.stringify(choice);
    if (!known.has(key)) known.set(key, make(choice));
    return known.get(key)!;
  };
}

/** A batch may lack what a loss needs, such as targets. */
function isAccepted(loss: AnyLoss, batch: AnyBatch): boolean {
  try {
    loss.measure(batch);
    return true;
  } catch (error) {
    if (error instanceof ViewforgeError && error.code === 'SHAPE') return false;
    throw error;
  }
}

/** Fields with gradients whose rows may be multiplied by powers of 2 without a change of any digit of the value. */
function fieldsUnmoved(
  loss: AnyLoss,
  batches: readonly { readonly batch: AnyBatch }[],
  factors: readonly ((row: number) => number)[],
): ReadonlySet<string> {
  const all = batches.map(({ batch }) => ({ batch, ...loss.differentiate(batch) }));
  const fields = new Set(all.flatMap(({ gradients }) => slotsOf(gradients).map(({ field }) => field)));
  const isUnmoved = (field: string): boolean =>
    all.every(({ batch, value }) =>
      factors.every((factorOf) => loss.measure(scaledBatch(batch, factorOf, (each) => each === field)).value === value),
    );
  return new Set([...fields].filter(isUnmoved));
}

function isBetween({ told, left, right, doubt, size }: Sides, accuracy: number): boolean {
  const tolerance = 2 * doubt + accuracy * size + 1e-20;
  return told >= Math.min(left, right) - tolerance && told <= Math.max(left, right) + tolerance;
}

function notFinite({ value, perQuery, parts, gradients }: LossGradients): string | undefined {
  // NaN marks what there is none of
  const endless = [...perQuery, ...Object.values(parts)].find((each) => Math.abs(each) === Number.POSITIVE_INFINITY);
  return firstNotFinite({ value, gradients }) ?? (endless === undefined ? undefined : `${endless} in perQuery or parts`);
}

/** Rows of zeros that count by direction have no gradient. */
function moving(batch: AnyBatch, { gradients }: LossGradients, directed: ReadonlySet<string>): string | undefined {
  const moves = slotsOf(gradients).find(({ field, place, array }) => {
    if (!directed.has(field)) return false;
    const rows = slotsOf(batch).find((slot) => slot.field === field && slot.place === place)!.array;
    const gradient = values(array);
    return lengthsIn(rows).some((length, i) => length === 0 && gradient[i] !== 0);
  });
  return moves && `zeros in ${moves.field} have a gradient`;
}

/** Other numbers, so little that directions change by rounding and zeros stay as good as zeros. */
function nearby(batch: AnyBatch): AnyBatch {
  return withNumbers(batch, (own, i, _, place) => own * (1 + 1e-15 * ((i * 7 + place) % 5)) + 1e-22 * (((i + place) % 3) - 1));
}
