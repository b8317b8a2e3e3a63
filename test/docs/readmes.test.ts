import type { Plugin } from '@viewforge/core';
import { describe, expect, test } from 'vitest';
import { blocksOf, packageFolders, root, textOf } from './pages.ts';

/** What a package exports, by name. */
type Exports = Readonly<Record<string, unknown>> & { readonly plugin?: Plugin };

describe.each(packageFolders)('%s/README.md', async (folder) => {
  const page = `${folder}/README.md`;
  const module = (await import(`${root}${folder}/src/index.ts`)) as Exports;
  const rows = tableOf(textOf(page));

  test('is a sentence, an example, a table and a link to a guide, in this order', () => {
    const name = `@viewforge/${folder.split('/')[1]}`;
    expect(textOf(page)).toMatch(
      new RegExp(`^# ${name}\n\n[^\n]+\\.\n\n\`\`\`ts\n[^]*?\n\`\`\`\n\n(\\|[^\n]*\n){2,}\n[^]*\\]\\(\\.\\./\\.\\./docs/[^]*$`),
    );
  });

  test('its example is short and imports the package', () => {
    const [{ code } = { code: '' }] = blocksOf(page);
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
    expect(code).toContain(`from '@viewforge/${folder.split('/')[1]}';`);
  });

  if (module.plugin) {
    const { name: plugin, provides } = module.plugin;
    test('lists every part with its summary', () => {
      const parts = provides.map(({ about }) => [`\`${plugin}/${about.name}\``, about.summary]);
      expect(rows).toEqual(parts.sort(([a], [b]) => (a! < b! ? -1 : 1)));
    });
  } else {
    test('names only what is exported', () => {
      const named = rows.flatMap(([names]) => [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
      expect(named).not.toEqual([]);
      expect(named.filter((name) => !(name in module))).toEqual([]);
    });
  }
});

/** The cells of the first table of a page, without its head. */
function tableOf(text: string): string[][] {
  const [table = ''] = /(?:^\|.*\n)+/m.exec(text) ?? [];
  return table
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
