// Compiles assembly/*.ts to wasm/image.wasm, unless the file is newer than every source and this script.
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = fileURLToPath(new URL('.', import.meta.url));
const target = `${here}wasm/image.wasm`;
const flags = [
  ...['--runtime', 'stub', '--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert', '--converge'],
  ...['--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory'],
  // The memory comes from outside and may be as large as 1 GiB; addresses below 1024 stay unused.
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '16384', '--memoryBase', '1024'],
];

if (isFresh()) {
  console.log('kernels: wasm/image.wasm is up to date');
} else {
  mkdirSync(`${here}wasm`, { recursive: true });
  const { error, stderr } = await asc.main(['assembly/index.ts', '--baseDir', here, '--outFile', 'wasm/image.wasm', ...flags]);
  if (error) {
    console.error(`${stderr.toString()}\nkernels: expected assembly/*.ts to compile, got ${error.message}`);
    process.exit(1);
  }
  console.log(`kernels: wrote wasm/image.wasm, ${statSync(target).size} bytes`);
}

function isFresh() {
  const sources = readdirSync(`${here}assembly`).map((name) => `${here}assembly/${name}`);
  const changed = Math.max(...[...sources, fileURLToPath(import.meta.url)].map((file) => statSync(file).mtimeMs));
  const written = statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return written > changed;
}
