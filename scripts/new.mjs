// pnpm new <kind> <packages|plugins>/<folder>/<name>   a part: its file, its test with the laws, its lines in the plugin
// pnpm new plugin plugins/<name>                       a plugin without parts
// `--into <folder>` writes into another copy of the repository.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addDependencies, addPart, addReference } from './new-lines.mjs';
import { run } from './run.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..');
const templates = join(here, 'templates');
const usage = 'usage: pnpm new <kind> <packages|plugins>/<folder>/<name>, or pnpm new plugin plugins/<name>';

await main(process.argv.slice(2));

async function main(args) {
  const at = args.indexOf('--into');
  const [into] = at === -1 ? [root] : args.splice(at, 2).slice(1);
  const [kind, target] = args;
  if (kind === undefined || target === undefined) fail(usage);
  const parts = target.split('/');
  if (!parts.every((part) => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(part))) fail(`expected kebab-case names, got "${target}"`);
  if (kind === 'plugin') return newPlugin(into, parts);
  const kinds = (await readdir(templates))
    .filter((name) => name.endsWith('.test.txt'))
    .map((name) => name.replace('.test.txt', ''));
  if (!kinds.includes(kind)) fail(`expected one of plugin, ${kinds.join(', ')}, got "${kind}"`);
  return newPart(into, kind, parts);
}

async function newPart(into, kind, parts) {
  if (parts.length !== 3 || !['packages', 'plugins'].includes(parts[0])) fail(usage);
  const [, , name] = parts;
  const folder = join(into, parts[0], parts[1]);
  if (!existsSync(join(folder, 'src', 'index.ts'))) fail(`expected a package in ${parts[0]}/${parts[1]}, found none`);
  const camel = name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  const fill = (text) => text.replaceAll('__name__', name).replaceAll('__camel__', camel);
  const code = fill(await readFile(join(templates, `${kind}.txt`), 'utf8'));
  const test = fill(await readFile(join(templates, `${kind}.test.txt`), 'utf8'));
  await writeNew(join(folder, 'src', `${name}.ts`), code);
  await writeNew(join(folder, 'src', `${name}.test.ts`), test);
  await addPart(folder, camel, name, code);
  const added = await addDependencies(folder, code, test);
  await format(folder);
  console.log(`new: ${kind} "${name}" in ${parts[0]}/${parts[1]}/src, provided by its plugin`);
  if (added.length > 0) console.log(`new: package.json now names ${added.join(', ')}; run npx pnpm install`);
}

async function newPlugin(into, parts) {
  if (parts.length !== 2 || parts[0] !== 'plugins') fail(usage);
  const [, name] = parts;
  const folder = join(into, 'plugins', name);
  if (existsSync(folder)) fail(`expected no folder plugins/${name}, found one`);
  await mkdir(join(folder, 'src'), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json', 'README.md', 'src/index.ts', 'src/index.test.ts']) {
    const template = await readFile(join(templates, 'plugin', `${file.replace('src/', '')}.txt`), 'utf8');
    await writeNew(join(folder, file), template.replaceAll('__name__', name));
  }
  await addReference(into, `./plugins/${name}`);
  await format(folder);
  console.log(`new: plugins/${name}; run npx pnpm install, then pnpm new <kind> plugins/${name}/<part>`);
}

/** Lays out what was written as the repository is; a folder that git ignores stays as it is. */
async function format(folder) {
  await run(
    process.execPath,
    [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'format', '--write', '--no-errors-on-unmatched', folder],
    {
      cwd: root,
      stdio: 'ignore',
    },
  );
}

async function writeNew(file, text) {
  if (existsSync(file)) fail(`expected no file ${file}, found one`);
  await writeFile(file, text);
}

function fail(message) {
  console.error(`new: ${message}`);
  process.exit(2);
}
