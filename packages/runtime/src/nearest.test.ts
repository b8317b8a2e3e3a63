import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const known = ['losses/info-nce', 'losses/nt-xent', 'metrics/alignment'];

test.each([
  ['losses/nt-xnet', 'losses/nt-xent'],
  ['nt-xent', 'losses/nt-xent'],
  ['infonce', 'losses/info-nce'],
  ['metric/alignement', 'metrics/alignment'],
])('"%s" probably means "%s"', (name, meant) => {
  expect(nearest(name, known)).toBe(meant);
});

test('a name that is close to nothing means nothing', () => {
  expect(nearest('banana-split', known)).toBeUndefined();
});
