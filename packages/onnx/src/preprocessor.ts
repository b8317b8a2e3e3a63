import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ViewforgeError } from '@viewforge/core';
import { noPreprocessing, type Preprocessing } from './preprocessing.ts';
import { parseHuggingFace } from './preprocessor-hugging-face.ts';
import { isTimm, parseTimm } from './preprocessor-timm.ts';

/**
 * Preprocessing for a model: 'auto' reads `preprocessor_config.json` beside it, or else the `pretrained_cfg` of timm in a `config.json`
 * there, when there is one; 'none' changes noPreprocessing; anything else is the path of such a file.
 * Throws ViewforgeError: FILE_MISSING, FILE_READ or FILE_FORMAT.
 */
export async function readPreprocessing(model: string, preprocessor: string): Promise<Preprocessing> {
  if (preprocessor === 'none') return noPreprocessing;
  if (preprocessor !== 'auto') return parsePreprocessing(preprocessor, await readJson(preprocessor));
  for (const name of ['preprocessor_config.json', 'config.json']) {
    const path = join(dirname(model), name);
    if (!(await isThere(path))) continue;
    const json = await readJson(path);
    if (name === 'preprocessor_config.json' || isTimm(json)) return parsePreprocessing(path, json);
  }
  return noPreprocessing;
}

function parsePreprocessing(path: string, json: unknown): Preprocessing {
  return { path, ...(isTimm(json) ? parseTimm(json, path) : parseHuggingFace(json, path)) };
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOENT' ? 'FILE_MISSING' : 'FILE_READ';
    throw new ViewforgeError(code, path, `expected a preprocessor configuration, got ${cause.message}`, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : 'something else';
    throw new ViewforgeError('FILE_FORMAT', path, `expected JSON, got ${got}`, { cause });
  }
}
