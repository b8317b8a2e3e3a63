import type { Batches } from '@viewforge/core';
import { expect, test } from 'vitest';
import { type Batchery, batcheries } from './extreme-batches.ts';
import { losses } from './extreme-losses.ts';
import { slopeError } from './sided-slopes.ts';

test.each(losses)('$name: gradients are slopes of the value, for 4096 items', ({ measures, make, about: { many = 4096 } }) => {
  const { large } = batcheries[measures] as Batchery<keyof Batches>;
  // hinges and nearest neighbors switch within long steps, rounding drowns short ones: one of these sees neither
  const error = slopeError(make(), large(many), { seed: 1, longest: 1e-4, steps: 4, directed: new Set() });
  expect(error).toBeLessThan(1e-6);
});
