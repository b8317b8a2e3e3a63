import { type BatchGradients, type LossGradients, type LossReport, ViewforgeError } from '@viewforge/core';

/** What a loss found, and how to get its gradients, which cost more and are not always asked for. */
export interface Found extends LossReport {
  readonly gradients: () => BatchGradients;
}

/** The report alone. Throws ViewforgeError (NOT_FINITE) for a value that is no finite number. */
export function reportOf({ value, perQuery, parts }: Found, where: string): LossReport {
  if (!Number.isFinite(value)) {
    throw new ViewforgeError('NOT_FINITE', where, `expected a finite value, got ${value}; look for very large numbers`);
  }
  return { value, perQuery, parts };
}

/** The report and the gradients. Throws as `reportOf` does. */
export function gradientsOf(found: Found, where: string): LossGradients {
  return { ...reportOf(found, where), gradients: found.gradients() };
}
