import { type ViewBatch, ViewforgeError } from '@viewforge/core';

/** The class of every item of a batch, [n]. Throws ViewforgeError (LABEL), with what else may be done, where the batch does not know them. */
export function labelsOf({ labels }: ViewBatch, where: string, otherwise: string): Int32Array {
  if (labels !== undefined) return labels;
  const message = `expected items that all have a class, got one without; take a source with classes, or ${otherwise}`;
  throw new ViewforgeError('LABEL', where, message);
}
