import { type ViewBatch, ViewforgeError } from '@viewforge/core';

/** The class of every item of a batch, [n]. Throws ViewforgeError (LABEL) where the batch does not know them. */
export function labelsOf({ labels }: ViewBatch, where: string): Int32Array {
  if (labels !== undefined) return labels;
  throw new ViewforgeError('LABEL', where, 'expected items that all have a class, got one without; take a source with classes');
}
