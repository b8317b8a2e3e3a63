import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './workspace.ts';

/** A program that runs another as `npm test` runs its steps: the code of the other decides. */
function started(code: string): ChildProcess {
  const outer = `import { exitWith, run } from './scripts/run.mjs'; exitWith(await run(process.execPath, ['-e', ${JSON.stringify(code)}]));`;
  return spawn(process.execPath, ['--input-type=module', '-e', outer], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('exit', resolve));
}

function printed(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => child.stdout!.on('data', (chunk) => String(chunk).includes(text) && resolve()));
}

test.each([0, 1, 7])('a step that ends with %i ends the whole with it', async (code) => {
  expect(await ended(started(`process.exit(${code})`))).toBe(code);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s reaches the step, which decides how it ends', async (signal) => {
  const child = started(`process.on('${signal}', () => process.exit(5)); setInterval(() => {}, 1000); console.log('ready');`);
  await printed(child, 'ready');
  child.kill(signal);
  expect(await ended(child)).toBe(5);
});

test('a step that dies of a signal ends the whole with 128 and its number', async () => {
  const child = started(`setInterval(() => {}, 1000); console.log('ready');`);
  await printed(child, 'ready');
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(128 + 15);
});

test('a program that is not there is a failure, not a crash', async () => {
  const outer = `import { exitWith, run } from './scripts/run.mjs'; exitWith(await run('no-such-program', []));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', outer], { cwd: root, stdio: 'ignore' });
  expect(await ended(child)).toBe(127);
});

test('the scripts that run before anything is installed import nothing but Node and each other', () => {
  for (const script of ['bootstrap', 'build', 'run']) {
    const text = readFileSync(join(root, 'scripts', `${script}.mjs`), 'utf8');
    const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, from]) => from!);
    expect(imports.filter((from) => !from.startsWith('node:') && !from.startsWith('./'))).toEqual([]);
  }
});

test('package.json names the exact version of pnpm that is installed with', () => {
  const { packageManager, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+$/);
  expect(engines.node).toMatch(/^>=\d+\.\d+$/);
});
