import { choice, flag, integer } from '@viewforge/core';

/** The options of every pairing that keeps a queue, with defaults that differ. */
export function queueOptions(defaults: { readonly startRandom: boolean }) {
  return {
    capacity: integer({
      default: 4096,
      min: 0,
      max: 1 << 24,
      unit: 'rows',
      doc: 'Length K of the queue; 65536 in MoCo on ImageNet, 4096 for data of the size of CIFAR.',
    }),
    startRandom: flag({
      default: defaults.startRandom,
      doc: 'Rows that nothing was written to yet are random directions that count as any other; otherwise they are left out.',
    }),
    seed: integer({ default: 0, unit: 'none', doc: 'Decides the random directions at the start.' }),
    atEnd: choice(['wrap', 'cut'], {
      default: 'wrap',
      doc: 'A batch that passes the end of the queue goes on at its beginning, or is cut off there.',
    }),
  };
}
