import { afterEach, expect, test, vi } from 'vitest';
import { processTerminal } from './terminal.ts';

const { isTTY } = process.stdout;
afterEach(() => {
  process.stdout.isTTY = isTTY;
  vi.unstubAllEnvs();
});

test.each([
  [true, '', 'xterm', true],
  [true, '1', 'xterm', false],
  [true, '', 'dumb', false],
  [false, '', 'xterm', false],
])('a terminal %s with NO_COLOR "%s" and TERM %s has colors: %s', (isTerminal, noColor, term, colors) => {
  process.stdout.isTTY = isTerminal;
  vi.stubEnv('NO_COLOR', noColor);
  vi.stubEnv('TERM', term);
  expect(processTerminal().colors).toBe(colors);
});
