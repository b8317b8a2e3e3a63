import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { tensor } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { writeView } from './view-files.ts';

test('ids that only differ in odd characters get files of their own, all of them in the folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'viewforge-views-'));
  const ids = [
    'a?b',
    'a*b',
    'a%3fb',
    'a\\b',
    'a/b',
    'a//b',
    '../a',
    '..',
    './a',
    'new\nline',
    'caf\u00e9',
    'cafe\u0301',
    '/etc/x',
  ];
  const value = tensor(new Float32Array(3), [3, 1, 1]);
  for (const item of ids) await writeView(join(folder, 'out'), { epoch: 0, item, role: 'view', index: 0, params: null, value });
  const written = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.png'));
  expect(written).toHaveLength(ids.length);
  expect(written.every((name) => name.startsWith(join('out', 'epoch-0') + sep))).toBe(true);
  await rm(folder, { recursive: true });
});
