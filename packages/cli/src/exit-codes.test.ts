import { type ErrorCode, errorCodes, ViewforgeError } from '@viewforge/core';
import { expect, test } from 'vitest';
import { exitCodeHelp, exitCodeOf, exitCodes } from './exit-codes.ts';

test.each(errorCodes)('%s has an exit code that is not success', (code) => {
  expect(Object.values(exitCodes)).toContain(exitCodeOf(new ViewforgeError(code, 'here', 'there')));
  expect(exitCodeOf(new ViewforgeError(code, 'here', 'there'))).not.toBe(exitCodes.ok);
});

test.each([
  ['RECIPE', 2],
  ['IMAGE_DECODE', 3],
  ['PROVIDER', 4],
  ['ABORTED', 130],
] satisfies [ErrorCode, number][])('%s ends with %i', (code, exit) => {
  expect(exitCodeOf(new ViewforgeError(code, 'here', 'there'))).toBe(exit);
});

test('what nobody foresaw ends with 1', () => {
  expect(exitCodeOf(new TypeError('x is undefined'))).toBe(1);
});

test('the help names every exit code', () => {
  for (const code of Object.values(exitCodes)) expect(exitCodeHelp).toMatch(new RegExp(`^ {2}${code} `, 'm'));
});
