import { expect, test } from 'vitest';
import { hasCollapsed } from '../index.ts';

test.each([
  ['three low spreads in a row', [{ spread: 0.5 }, { spread: 0.09 }, { spread: 0.05 }, { spread: 0.01 }], true],
  ['two low spreads', [{ spread: 0.5 }, { spread: 0.05 }, { spread: 0.01 }], false],
  ['too few evaluations', [{ spread: 0 }, { spread: 0 }], false],
  ['low spreads that are over', [{ spread: 0 }, { spread: 0 }, { spread: 0 }, { spread: 0.2 }], false],
  ['one or the other, each time', [{ spread: 0.05 }, { balance: 0.4, spread: 1 }, { balance: 0.1 }], true],
  ['bounds are not below themselves', [{ spread: 0.1 }, { spread: 0.1 }, { balance: 0.5 }], false],
  ['what was not measured raises no alarm', [{}, { spread: Number.NaN }, {}], false],
])('%s: %j', (_, evaluations, expected) => {
  expect(hasCollapsed(evaluations)).toBe(expected);
});

test('the rule can be changed', () => {
  expect(hasCollapsed([{ spread: 0.2 }], { spread: 0.3, patience: 1 })).toBe(true);
  expect(() => hasCollapsed([], { patience: 0 })).toThrow('expected a patience of at least 1 evaluation, got 0');
});
