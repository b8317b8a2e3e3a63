// Compiles the kernels to WebAssembly and the packages to JavaScript; what has not changed is left as it is.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { exitWith, run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The kernels, then every project that tsconfig.json references. Gives how the last step ended, as { code, signal }. */
export async function build() {
  const kernels = await run(process.execPath, ['packages/kernels/build.mjs'], { cwd: root });
  if (kernels.code !== 0) return kernels;
  const compiled = await run(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], { cwd: root });
  return compiled;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!existsSync(join(root, 'node_modules'))) {
    console.error('viewforge: expected installed dependencies; `npm test` or `npm start` installs them first');
    process.exit(1);
  }
  exitWith(await build());
}
