// Talks to peer.py, and finds the photographs that both sides of a benchmark use.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const python = '/usr/bin/python3';
const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * A Python process that answers one request at a time, or undefined where there is no Python.
 * `ask` gives the answer, or `{ error }` when a library is missing there; `close` ends the process.
 */
export function openPeer() {
  if (!existsSync(python)) return undefined;
  // an OpenBLAS that is told which processor it has may be slower than one that looks
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
  const child = spawn(python, [join(here, 'peer.py')], { stdio: ['pipe', 'pipe', 'ignore'], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      return done ? { error: 'the process ended' } : JSON.parse(value);
    },
    close() {
      child.stdin.end();
    },
  };
}

/** A folder of JPEG photographs: 500 x 375 from wallpapers, made once, or the examples where no wallpapers are installed. */
export function photoFolder() {
  const folder = join(tmpdir(), 'viewforge-bench-photos');
  if (!existsSync(folder)) spawnSync(python, [join(here, 'make_photos.py'), folder, '96'], { stdio: 'ignore' });
  if (existsSync(folder) && readdirSync(folder).length > 0) return { folder, made: true };
  return { folder: fileURLToPath(new URL('../../examples/photos', import.meta.url)), made: false };
}
