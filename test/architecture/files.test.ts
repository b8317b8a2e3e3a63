import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './workspace.ts';

/** Files that are in the repository, or will be with the next commit; none outside of a clone. */
const files = existsSync(join(root, '.git')) ? listed() : [];

/** What only means something on one machine. Written in two pieces, so that this file does not hold it. */
const private_ = [
  '/wo' + 'rk/',
  '/ro' + 'ot/',
  '/home' + '/',
  '../sha' + 'red',
  'sha' + 'red/design',
  'sha' + 'red/methods',
  'sha' + 'red/golden',
  'C:\\Us' + 'ers',
];

test('no file tells of the machine it was written on', () => {
  const wrong = texts().flatMap(({ path, text }) =>
    private_.filter((each) => text.includes(each)).map((each) => `${path}: ${each}`),
  );
  expect(wrong).toEqual([]);
});

test('no file is empty, and every text ends with a line end', () => {
  const wrong = texts().filter(({ path, text }) => !path.includes('fixtures/') && (text === '' || !text.endsWith('\n')));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('no file is larger than a megabyte', () => {
  expect(files.filter((path) => statSync(join(root, path)).size > 1 << 20)).toEqual([]);
});

test('nothing that a build makes is in the repository', () => {
  expect(files.filter((path) => /(^|\/)(dist|node_modules|coverage)\/|\.tsbuildinfo$/.test(path))).toEqual([]);
});

function listed(): string[] {
  const output = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  });
  return output.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

function texts(): { path: string; text: string }[] {
  return files
    .filter((path) => !/\.(jpg|jpeg|png|webp|gif|tiff?|avif|onnx|wasm|npy|tar)$/.test(path) && path !== 'pnpm-lock.yaml')
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
