import { type ContrastBatch, type Json, type Mixer, ViewforgeError } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { builtInPlugins } from '@viewforge/runtime';
import { contentOf, domainProblem, exampleBatches, firstDifference, firstNotFinite, stateOf } from '@viewforge/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyOptions } from './options.ts';

// Every mixer of embeddings that is shipped, miners included, with any options within their bounds, on the example batches.

const mixers = builtInPlugins.flatMap(({ name, provides }) =>
  provides.flatMap((factory) =>
    factory.kind === 'mixer' && factory().mixes === 'contrast' ? [{ name: `${name}/${factory.about.name}`, factory }] : [],
  ),
);
const batches = [0, 1, 2].flatMap((seed) => exampleBatches(seed).map(({ batch }) => batch));
const moment = fc.record({ seed: fc.integer(), fraction: fc.constantFrom(0, 0.5, 0.99), batch: fc.constantFrom(...batches) });

test('there are mixers to check', () => expect(mixers.length).toBeGreaterThan(8));

describe.each(mixers)('$name', ({ factory }) => {
  test('keeps its input, gives a finite, well-formed batch of as many queries, and the same bits from stored params', () => {
    let mixed = 0;
    const property = fc.property(anyOptions(factory), moment, (options, { seed, fraction, batch }) => {
      const [part, params] = drawn(factory as never, options, batch, seed, fraction) ?? [];
      if (part === undefined || params === undefined) return;
      const before = stateOf(batch);
      const result = applied(part, batch, params);
      expect(firstDifference(before, stateOf(batch)), 'the input').toBeUndefined();
      if (result === undefined) return;
      expect(domainProblem('contrast', result), 'the result').toBeUndefined();
      expect(firstNotFinite(result), 'the result').toBeUndefined();
      expect(result.queries.shape).toEqual(batch.queries.shape);
      const again = part.apply(batch, JSON.parse(JSON.stringify(params)) as Json);
      expect(firstDifference(contentOf(result), contentOf(again)), 'the replay').toBeUndefined();
      if (firstDifference(contentOf(batch), contentOf(result)) !== undefined) mixed++;
    });
    fc.assert(property, { seed: 1, numRuns: 100 });
    expect(mixed).toBeGreaterThan(0);
  });
});

/** The mixed batch; undefined where the mixer refuses a batch of this kind, which it says by the code DOMAIN. */
function applied(part: Mixer<'contrast'>, batch: ContrastBatch, params: Json): ContrastBatch | undefined {
  try {
    return part.apply(batch, params);
  } catch (error) {
    expect(error).toMatchObject({ code: 'DOMAIN', where: part.name });
    return undefined;
  }
}

/** The part and its params; undefined where options or batch are refused. */
function drawn(
  factory: (options: never) => Mixer<'contrast'>,
  options: Record<string, unknown>,
  batch: ContrastBatch,
  seed: number,
  fraction: number,
): [Mixer<'contrast'>, Json] | undefined {
  try {
    const part = factory(options as never);
    return [part, part.draw(batch, createRandom(seed), { epoch: 3, step: 20, fraction })];
  } catch (error) {
    expect(error).toBeInstanceOf(ViewforgeError);
    return undefined;
  }
}
