import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

// A project that knows vitest and nothing of this workspace: no export condition, no configuration, the built packages as npm lays
// them out. Costs some five seconds.

const root = fileURLToPath(new URL('../..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'viewforge-foreign-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

test('the checks for losses run under plain vitest in a project of its own, and find a wrong loss', () => {
  writeFileSync(join(project, 'package.json'), '{ "name": "foreign", "type": "module" }\n');
  link('vitest', 'node_modules/vitest');
  link('@viewforge/testkit', 'packages/testkit');
  copyFileSync(join(root, 'docs/examples/own-info-nce.test.ts'), join(project, 'mine.test.ts'));
  writeFileSync(join(project, 'wrong.test.mjs'), wrong);
  const right = vitest('mine.test.ts');
  expect(right.output).toMatch(/Tests\s+21 passed \(21\)/);
  expect(right.status).toBe(0);
  const failed = vitest('wrong.test.mjs');
  expect(failed.status).toBe(1);
  expect(failed.output).toMatch(/orthogonal pairs.*|the value is that of the definition/);
});

/** InfoNCE without its temperature. */
const wrong = `
import { obeysContrastiveChecks, goldenFamily, referenceInfoNce } from '@viewforge/testkit';
import { expect, test } from 'vitest';
obeysContrastiveChecks('wrong', () => (queries, keys) => referenceInfoNce({ queries, keys }, { temperature: 1 }).value);
test('numbers of other projects are there', () => expect(goldenFamily('loss_ntxent').cases.length).toBe(9));
`;

function link(name: string, from: string): void {
  const to = join(project, 'node_modules', name);
  mkdirSync(dirname(to), { recursive: true });
  expect(existsSync(join(root, from)), from).toBe(true);
  symlinkSync(join(root, from), to, 'dir');
}

function vitest(file: string): { status: number | null; output: string } {
  const entry = join(project, 'node_modules/vitest/vitest.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, 'run', file, '--pool=forks'], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', VITEST: '' },
  });
  return { status, output: `${stdout}\n${stderr}` };
}
