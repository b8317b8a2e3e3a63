import type { Augmenter, Domain, Domains, EpochProgress, Json } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { expect } from 'vitest';
import { contentOf, firstDifference, firstNotFinite, stateOf } from './compare.ts';
import { domainProblem, shapeOf } from './domains.ts';
import { type Law, registerLaws } from './law.ts';

/**
 * Registers the laws of an augmenter on these inputs of its domain: the same seed draws the same params, params stored as
 * JSON make the same bits again, the input stays as it was, and the result is finite, of the declared domain and of the
 * shape that `reshape` foretells.
 */
export function obeysTransformLaws<I extends Domain, O extends Domain, P extends Json>(
  part: Augmenter<I, O, P>,
  inputs: readonly Domains[I][],
): void {
  registerLaws(`${part.name} obeys the laws of transforms`, transformLaws(part, inputs));
}

/** The same laws as values. */
export function transformLaws<I extends Domain, O extends Domain, P extends Json>(
  part: Augmenter<I, O, P>,
  inputs: readonly Domains[I][],
): Law[] {
  const each = (check: (input: Domains[I], params: P) => void) => () => {
    expect(inputs.length, 'examples to try the laws on').toBeGreaterThan(0);
    for (const input of inputs) for (const params of drawSome(part, input)) check(input, params);
  };
  return [
    // first: a part that spoils its input would spoil the examples of the laws after it
    { name: 'the input and the params stay as they were', check: each((input, params) => untouched(part, input, params)) },
    { name: 'the same seed draws the same params', check: () => sameDraws(part, inputs) },
    {
      name: 'params survive being stored as JSON',
      check: each((_, params) => expect(stored(params)).toStrictEqual(withoutNegativeZero(params))),
    },
    {
      name: 'stored params make the same bits again',
      check: each((input, params) => {
        const first = contentOf(part.apply(input, params));
        expect(firstDifference(first, contentOf(part.apply(input, stored(params))))).toBeUndefined();
      }),
    },
    {
      name: 'worked off in steps, as a sequence does with neighbors, it makes the same bits',
      check: each((input, params) => {
        if (part.fusion === undefined || part.fusion.steps(params).length === 0) return;
        const inSteps = part.fusion.run(input as never, part.fusion.steps(params) as never);
        expect(firstDifference(contentOf(part.apply(input, params)), contentOf(inSteps))).toBeUndefined();
      }),
    },
    {
      name: 'the result is finite, of its domain and of the shape foretold',
      check: each((input, params) => {
        const result = part.apply(input, params);
        expect(domainProblem(part.returns, result)).toBeUndefined();
        expect(firstNotFinite(result)).toBeUndefined();
        expect([...shapeOf(result)]).toEqual([...part.reshape(shapeOf(input), params)]);
      }),
    },
  ];
}

const moments: readonly EpochProgress[] = [
  { epoch: 0, fraction: 0 },
  { epoch: 3, fraction: 0.75 },
];

function drawSome<I extends Domain, O extends Domain, P extends Json>(part: Augmenter<I, O, P>, input: Domains[I]): P[] {
  return moments.flatMap((progress) => [0, 1, 2, 3].map((seed) => part.draw(shapeOf(input), createRandom(seed), progress)));
}

function sameDraws<I extends Domain, O extends Domain, P extends Json>(
  part: Augmenter<I, O, P>,
  inputs: readonly Domains[I][],
): void {
  for (const input of inputs) expect(JSON.stringify(drawSome(part, input))).toBe(JSON.stringify(drawSome(part, input)));
}

function untouched<I extends Domain, O extends Domain, P extends Json>(
  part: Augmenter<I, O, P>,
  input: Domains[I],
  params: P,
): void {
  const before = [stateOf(input), stateOf(params)];
  part.apply(input, params);
  expect(firstDifference(before, [stateOf(input), stateOf(params)])).toBeUndefined();
}

/** The value as JSON gives it back. */
export function stored<P extends Json>(params: P): P {
  return JSON.parse(JSON.stringify(params)) as P;
}

/** Views are drawn with every -0 replaced by 0, which is what JSON makes of it. What is no plain JSON stays, to be seen as such. */
export function withoutNegativeZero(value: Json): Json {
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (Array.isArray(value)) return value.map((each: Json) => withoutNegativeZero(each));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutNegativeZero(each as Json)]));
}
