import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import type { Plugin } from '@viewforge/core';
import { plugin as losses } from '@viewforge/losses';
import { plugin as metrics } from '@viewforge/metrics';
import { plugin as miners } from '@viewforge/miners';
import { plugin as mixFeatures } from '@viewforge/mix-features';
import { plugin as mixLatent } from '@viewforge/mix-latent';
import { plugin as mixMochi } from '@viewforge/mix-mochi';
import { plugin as pairings } from '@viewforge/pairings';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { blocksOf, root, textOf } from './pages.ts';

/** Pages whose blocks run and say behind every console.log what it prints, and the plugins whose parts they explain. */
const pages: readonly (readonly [page: string, plugins: readonly Plugin[]])[] = [
  ['docs/losses.md', [losses]],
  ['docs/pairings.md', [pairings, miners]],
  ['docs/metrics.md', [metrics]],
  ['docs/encoders.md', []],
  ['docs/latent.md', [mixMochi, mixFeatures, mixLatent]],
  ['docs/mining.md', []],
];
/** Below the repository, where imports are found as in a test; git ignores it. */
const folder = mkdtempSync(`${root}test/docs/.blocks-`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

describe.each(pages)('%s', (page, plugins) => {
  test.each(blocksOf(page))('the block at line $line prints what it says', async ({ code, line }) => {
    const printed = await run(code, `${page.replace(/\W/g, '-')}-${line}`);
    expect(printed).toEqual(promisesOf(code, printed));
    expect(printed.join()).toMatch(/\d/);
  });

  test.each(plugins)('explains every part of the plugin "$name" and has it in a block', ({ provides }) => {
    const headings = [...textOf(page).matchAll(/^#{2,3} (.*)$/gm)].flatMap(([, heading]) => heading!.split(', '));
    const imported = blocksOf(page).flatMap(({ code }) =>
      [...code.matchAll(/^import \{ (.*) \}/gm)].flatMap(([, names]) => names!.split(', ')),
    );
    const parts = provides.map(({ about }) => camelCase(about.name));
    expect(parts.filter((part) => !headings.includes(part))).toEqual([]);
    expect(parts.filter((part) => !imported.includes(part))).toEqual([]);
  });
});

test.each([losses, miners, metrics])('README.md says how many $name there are', ({ name, provides }) => {
  expect(textOf('README.md')).toMatch(new RegExp(`\\b${provides.length} ${name}\\b`));
});

test('another number, and a line without a promise, would be found', async () => {
  const code = 'console.log((1 / 3).toFixed(3)); // 0.334\nconsole.log(2);\n';
  const printed = await run(code, 'mistake');
  expect(printed).toEqual(['0.333', '2']);
  expect(promisesOf(code, printed)).toEqual(['0.334']);
});

/** The lines that a block prints when it runs as a module. */
async function run(code: string, name: string): Promise<readonly string[]> {
  const file = `${folder}/${name}.ts`;
  writeFileSync(file, code);
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...words) => void printed.push(format(...words)));
  await import(file);
  return printed;
}

/** What stands behind each console.log of a block, in order; of "0.5: a half", where 0.5 was printed, the number alone. */
function promisesOf(code: string, printed: readonly string[]): readonly string[] {
  const comments = [...code.matchAll(/\bconsole\.log\(.*\); \/\/ (.*)$/gm)].map(([, comment]) => comment!);
  return comments.map((comment, i) => (comment.startsWith(`${printed[i]}: `) ? printed[i]! : comment));
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
