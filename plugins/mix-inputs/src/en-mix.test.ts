import { createRandom } from '@viewforge/random';
import { blendRows, exampleViewBatch } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { enMix } from './en-mix.ts';

const context = { epoch: 0, step: 0, fraction: 0 };

test('every item is blended with another one, by one weight', () => {
  const batch = exampleViewBatch([6, 3, 2, 2]);
  const drawn = enMix().draw(batch, createRandom(1), context)!;
  const rows = blendRows(enMix().apply(batch, drawn));
  drawn.partners.forEach((partner, i) => {
    expect(partner).not.toBe(i);
    expect(rows[i]![i]).toBe(Math.fround(drawn.weights[0]!));
    expect(rows[i]![partner]).toBe(Math.fround(1 - drawn.weights[0]!));
  });
});
