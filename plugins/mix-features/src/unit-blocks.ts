import type { BatchGradients, ContrastBatch } from '@viewforge/core';
import { unitRows } from '@viewforge/tensor';
import { pullUnitRows } from './row-blends.ts';

/**
 * Gradients of queries and of the marked blocks as they were given, from those of the same at length 1; those of frozen ones among them
 * are left out, those of other blocks stay.
 */
export function pullUnitBlocks(batch: ContrastBatch, marked: readonly boolean[], gradients: BatchGradients): BatchGradients {
  const { queries, keys } = gradients;
  return {
    ...gradients,
    ...(queries && { queries: pullUnitRows(unitRows(batch.queries), queries) }),
    ...(keys && {
      keys: keys.map((given, b) => {
        if (!marked[b]) return given;
        return given && !batch.frozen?.[b] ? pullUnitRows(unitRows(batch.keys[b]!), given) : undefined;
      }),
    }),
  };
}
