// Writes docs/catalog.md and its pictures from the code: every operation, plan and mixer of the plugins that are shipped.
// With --check it writes nothing and fails where the page is not what the code says, or a picture is missing.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInPlugins } from '@viewforge/runtime';
import { page, pictureName } from './catalog/page.mjs';
import { pictureOf } from './catalog/pictures.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const file = join(root, 'docs', 'catalog.md');
const folder = join(root, 'docs', 'pictures', 'catalog');
const only = process.argv.slice(2).find((each) => !each.startsWith('--'));

if (process.argv.includes('--check')) await check();
else await write();

async function write() {
  await mkdir(folder, { recursive: true });
  const wanted = new Set();
  for (const { plugin, factory } of parts()) {
    const name = pictureName(plugin, factory);
    if (name === undefined) continue;
    wanted.add(name);
    if (only !== undefined && `${plugin}/${factory.about.name}` !== only) continue;
    await writeFile(join(folder, name), await pictureOf(plugin, factory));
  }
  for (const old of await readdir(folder)) if (!wanted.has(old)) await rm(join(folder, old));
  await writeFile(file, page(parts()));
  console.log(`catalog: docs/catalog.md and ${wanted.size} pictures`);
}

async function check() {
  const problems = [];
  if ((await readFile(file, 'utf8').catch(() => '')) !== page(parts()))
    problems.push('docs/catalog.md is not what the code says');
  const there = await readdir(folder).catch(() => []);
  const wanted = parts().flatMap(({ plugin, factory }) => pictureName(plugin, factory) ?? []);
  for (const name of wanted) if (!there.includes(name)) problems.push(`docs/pictures/catalog/${name} is missing`);
  for (const name of there) if (!wanted.includes(name)) problems.push(`docs/pictures/catalog/${name} belongs to no part`);
  for (const problem of problems) console.error(`catalog: ${problem}`);
  console.log(problems.length > 0 ? 'catalog: run `node scripts/catalog.mjs`' : `catalog: ${wanted.length} parts with pictures`);
  process.exit(problems.length > 0 ? 1 : 0);
}

/** Every augmenter, plan and mixer of inputs, by plugin and name. */
function parts() {
  return builtInPlugins.flatMap(({ name, provides }) =>
    provides
      .filter(({ kind }) => ['augmenter', 'plan', 'mixer'].includes(kind))
      .map((factory) => ({ plugin: name, factory }))
      .sort((a, b) => (a.factory.about.name < b.factory.about.name ? -1 : 1)),
  );
}
