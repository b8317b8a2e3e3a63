import { expect, test } from 'vitest';
import { compileEngine } from './load.ts';

test('bytes that are no WebAssembly give a reason instead of an error', () => {
  expect(compileEngine(() => Uint8Array.of(1, 2, 3))).toMatchObject({
    available: false,
    reason: expect.stringContaining('WebAssembly.Module()'),
  });
});

test('a module that was not built gives a reason instead of an error', () => {
  const unbuilt = () => {
    throw new Error('ENOENT: no such file');
  };
  expect(compileEngine(unbuilt)).toEqual({ available: false, reason: 'ENOENT: no such file' });
});
