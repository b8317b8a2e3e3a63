import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Exports a part from the package's index; lists it in `provides` of the plugin, wherever in src that is, and in the README. */
export async function addPart(folder, camel, name, code) {
  const index = join(folder, 'src', 'index.ts');
  const manifest = await fileWithPlugin(folder);
  const line = `export { ${camel} } from './${name}.ts';`;
  await change(index, (text) => inOrder(text, line, /^export .* from '\.\/.*';$/));
  if (manifest === undefined) return;
  await change(manifest, (text) => {
    const provided = text.replace(/provides:\s*\[([^\]]*)\]/, (_, list) => `provides: [${insertName(list, camel)}]`);
    return inOrder(provided, `import { ${camel} } from './${name}.ts';`, /^import .* from '\.\/.*';$/);
  });
  const [, summary] = /summary: '(.*)'/.exec(code);
  await change(join(folder, 'README.md'), (text) => withRow(text, `| \`${basename(folder)}/${name}\` | ${summary} |`));
}

/** Names the workspace packages and libraries that the new files import in package.json; gives those that were missing. */
export async function addDependencies(folder, code, test) {
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  const known = { ...manifest.dependencies, ...manifest.devDependencies };
  const missing = (text) => [...new Set(imports(text))].filter((name) => !(name in known) && name !== 'vitest');
  const forCode = missing(code).filter((name) => name !== manifest.name);
  const forTest = missing(test).filter((name) => name !== manifest.name && !forCode.includes(name) && name !== 'zod');
  if (forCode.length + forTest.length === 0) return [];
  if (forCode.length > 0) manifest.dependencies = withNames(manifest.dependencies, forCode);
  if (forTest.length > 0) manifest.devDependencies = withNames(manifest.devDependencies, forTest);
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of forCode.filter((each) => each.startsWith('@viewforge/')))
    await addReference(folder, `../../packages/${name.slice('@viewforge/'.length)}`);
  return [...forCode, ...forTest];
}

/** Adds a project reference to the tsconfig.json of a folder. */
export async function addReference(folder, path) {
  const file = join(folder, 'tsconfig.json');
  if (!existsSync(file)) return;
  const config = JSON.parse(await readFile(file, 'utf8'));
  if (config.references?.some((each) => each.path === path)) return;
  config.references = [...(config.references ?? []), { path }];
  await writeFile(file, `${JSON.stringify(config, null, 2)}\n`);
}

async function fileWithPlugin(folder) {
  for (const name of await readdir(join(folder, 'src'))) {
    const file = join(folder, 'src', name);
    if (name.endsWith('.ts') && !name.endsWith('.test.ts') && (await readFile(file, 'utf8')).includes('provides:')) return file;
  }
  return undefined;
}

/** The line among the lines of its kind, in order of their paths; before everything else where there are none. */
function inOrder(text, line, kind) {
  const lines = text.split('\n');
  const pathOf = (each) => /from '(.*)'/.exec(each)?.[1] ?? '';
  const places = lines.flatMap((each, i) => (kind.test(each) ? [i] : []));
  const imports = lines.flatMap((each, i) => (/^import /.test(each) || /^} from /.test(each) ? [i] : []));
  const after =
    places.findLast((i) => pathOf(lines[i]) < pathOf(line)) ?? (places.length > 0 ? places[0] - 1 : (imports.at(-1) ?? -1));
  lines.splice(after + 1, 0, line);
  return lines.join('\n');
}

/** A row among those of the table of parts, in order. */
function withRow(text, row) {
  const lines = text.split('\n');
  const head = lines.indexOf('| part | what it does |') + 1;
  const after = lines.findLastIndex((line, i) => i > head && line.startsWith('| `') && line < row);
  lines.splice(Math.max(head, after) + 1, 0, row);
  return lines.join('\n');
}

function insertName(list, name) {
  const names = list.split(',').map((each) => each.trim());
  return [...names.filter((each) => each !== ''), name].sort().join(', ');
}

function withNames(record, names) {
  const all = { ...record };
  for (const name of names) all[name] = name.startsWith('@viewforge/') ? 'workspace:*' : 'catalog:';
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function imports(text) {
  return [...text.matchAll(/from '([^.'][^']*)'/g)].map(([, name]) => name);
}

async function change(file, edit) {
  await writeFile(file, edit(await readFile(file, 'utf8')));
}
