import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { blocksOf, pages, root, textOf } from './pages.ts';

const examples = readdirSync(`${root}docs/examples`).filter((file) => file.endsWith('.ts'));
/** Examples that do something by themselves: neither tests nor plugins. */
const scripts = examples.filter(
  (file) => !file.endsWith('.test.ts') && !/^export const plugin\b/m.test(textOf(`docs/examples/${file}`)),
);

/** Which page shows which example. */
const shown: readonly (readonly [page: string, file: string])[] = [
  ['README.md', 'two-views.ts'],
  ['README.md', 'info-nce.test.ts'],
  ['docs/test-your-loss.md', 'own-info-nce.test.ts'],
  ['docs/training-loop.md', 'training-loop.ts'],
  ['docs/write-a-plugin.md', 'gamma-curve.ts'],
  ['docs/write-a-plugin.md', 'gamma-curve.test.ts'],
];

test.each(shown)('%s shows docs/examples/%s to the letter', (page, file) => {
  expect(blocksOf(page).map(({ code }) => code)).toContain(textOf(`docs/examples/${file}`));
});

test('every example is shown in a page', () => {
  expect(shown.map(([, file]) => file).sort()).toEqual([...examples].sort());
});

describe('every example that is a script', () => {
  afterEach(() => vi.restoreAllMocks());
  test.each(scripts)('%s runs and prints', async (file) => {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...words) => void lines.push(words.join(' ')));
    await import(`${root}docs/examples/${file}`);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).not.toMatch(/NaN|undefined/);
  });
});

test.each(pages)('%s links only to files and headings that exist', (page) => {
  const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
  const broken = links.filter(([, path, heading]) => {
    const target = path ? join(dirname(page), path) : page;
    return !existsSync(root + target) || (heading !== undefined && !headingsOf(target).includes(heading));
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

/** The names under which a link reaches the headings of a page. */
function headingsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
