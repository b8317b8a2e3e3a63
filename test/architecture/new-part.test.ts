import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from './workspace.ts';

// Costs some ten seconds: the compiler and the tests of ten generated files.

/** Inside the repository, so that packages are found, and ignored by git. */
const copy = join(root, '.viewforge', 'new-part');
const kinds = readdirSync(join(root, 'scripts/templates'))
  .filter((name) => name.endsWith('.test.txt'))
  .map((name) => name.replace('.test.txt', ''));

/** Runs a program of the repository on the copy; gives what it printed, or throws with it. */
function node(...args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [...args], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`node ${args.join(' ')}\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`);
  }
}
const create = (...args: readonly string[]) => node('scripts/new.mjs', ...args, '--into', copy);

beforeAll(() => {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(join(copy, 'plugins'), { recursive: true });
  for (const file of ['tsconfig.json', 'tsconfig.base.json']) cpSync(join(root, file), join(copy, file));
  create('plugin', 'plugins/views-example');
  for (const kind of kinds) create(kind, `plugins/views-example/my-${kind}`);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('there is a template for every kind of part', async () => {
  const { kinds: all } = await import('@viewforge/core');
  expect([...kinds].sort()).toEqual([...all].sort());
});

test('the README lists every part, in order', () => {
  const readme = readFileSync(join(copy, 'plugins/views-example/README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| `(.*)` \| .+ \|$/gm)].map(([, name]) => name);
  expect(rows).toEqual(kinds.map((kind) => `views-example/my-${kind}`));
});

test('generated parts type-check', () => {
  const config = {
    extends: '../../tsconfig.test.json',
    compilerOptions: { incremental: false, tsBuildInfoFile: null },
    include: ['plugins'],
  };
  writeFileSync(join(copy, 'tsconfig.check.json'), JSON.stringify(config));
  node('node_modules/typescript/bin/tsc', '-p', join(copy, 'tsconfig.check.json'));
});

test('the plugin provides and exports every part, and the workspace knows the plugin', () => {
  const index = readFileSync(join(copy, 'plugins/views-example/src/index.ts'), 'utf8');
  for (const kind of kinds) {
    const name = `my${kind[0]!.toUpperCase()}${kind.slice(1)}`;
    expect(index).toContain(`export { ${name} } from './my-${kind}.ts';`);
    expect(/provides: \[([^\]]*)\]/.exec(index)![1]!.split(', ')).toContain(name);
  }
  expect(readFileSync(join(copy, 'tsconfig.json'), 'utf8')).toContain('./plugins/views-example');
});

test.each([
  [['loss', 'plugins/views-example'], 'usage: pnpm new'],
  [['norm', 'plugins/views-example/my-norm'], 'expected one of plugin, augmenter'],
  [['loss', 'plugins/none/my-loss'], 'expected a package in plugins/none, found none'],
  [['loss', 'plugins/views-example/MyLoss'], 'expected kebab-case names'],
  [['loss', 'plugins/views-example/my-loss'], 'expected no file'],
  [['plugin', 'plugins/views-example'], 'expected no folder plugins/views-example, found one'],
])('%o is refused', (args, message) => {
  expect(() => create(...args)).toThrow(message);
});

test('the laws of generated parts hold, and those of their plugin', () => {
  const config = join(copy, 'plugins/views-example/tsconfig.json');
  const { references } = JSON.parse(readFileSync(config, 'utf8')) as { references: { path: string }[] };
  for (const { path } of references) expect(existsSync(join(root, 'plugins/views-example', path))).toBe(true);
  // the projects that these refer to are not in the copy
  for (const file of [config, join(copy, 'tsconfig.json')]) rmSync(file);
  const { status, stdout } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--dir', copy, '--reporter', 'json'],
    { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const { numPassedTests, testResults } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    numPassedTests: number;
    testResults: { name: string; message: string; assertionResults: { fullName: string; failureMessages: string[] }[] }[];
  };
  const failed = testResults.flatMap(({ message, assertionResults }) => [
    ...(message === '' ? [] : [message]),
    ...assertionResults.flatMap(({ fullName, failureMessages }) =>
      failureMessages.map((each) => `${fullName}: ${each.split('\n')[0]}`),
    ),
  ]);
  expect(failed).toEqual([]);
  expect(status).toBe(0);
  expect(testResults).toHaveLength(kinds.length + 1);
  expect(numPassedTests).toBeGreaterThan(10 * kinds.length);
});
