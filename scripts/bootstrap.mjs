// `npm start` and `npm test` in a fresh clone: installs what is missing, builds what changed, then runs.
// Plain JavaScript on Node alone, because nothing is installed yet when it starts.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { exitWith, run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, 'node_modules', '.viewforge-installed');

await main(process.argv[2], process.argv.slice(3));

async function main(task, rest) {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  checkNode(manifest.engines.node.replace('>=', ''));
  if (task !== 'start' && task !== 'test') fail(`expected "start" or "test", got ${JSON.stringify(task ?? '')}`);
  await install(manifest.packageManager);
  const built = await build();
  if (built.code !== 0) exitWith(built);
  exitWith(
    task === 'start'
      ? await run(process.execPath, ['packages/cli/dist/main.js', 'run', ...rest], { cwd: root })
      : await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...rest], { cwd: root }),
  );
}

/** Installs the dependencies unless the lockfile is the one of the last complete installation. */
async function install(packageManager) {
  const stamp = createHash('sha256')
    .update(await readFile(join(root, 'pnpm-lock.yaml')))
    .digest('hex');
  const last = existsSync(stampFile) ? (await readFile(stampFile, 'utf8')).trim() : undefined;
  if (last === stamp) return;
  const why = last === undefined ? 'nothing is installed yet' : 'pnpm-lock.yaml changed';
  console.log(`viewforge: installing dependencies with ${packageManager}, because ${why}`);
  const installed = await run(
    'npx',
    ['--yes', packageManager, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'],
    { cwd: root },
  );
  if (installed.signal) exitWith(installed);
  if (installed.code !== 0) {
    fail(
      'the dependencies could not be installed, for the reason above; if it is the network, `npm config get registry` names the registry that must be within reach',
    );
  }
  await mkdir(join(root, 'node_modules'), { recursive: true });
  await writeFile(stampFile, `${stamp}\n`);
}

function checkNode(needed) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = needed.split('.').map(Number);
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    fail(`expected Node ${needed} or newer, got ${process.versions.node}; see https://nodejs.org`);
  }
}

function fail(message) {
  console.error(`viewforge: ${message}`);
  process.exit(1);
}
