import { type ErrorCode, ViewforgeError } from '@viewforge/core';

/** What the command's exit status tells. */
export const exitCodes = Object.freeze({
  /** Everything was done. */
  ok: 0,
  /** A fault of the program itself. */
  internal: 1,
  /** A wrong command line, recipe, option or name. */
  usage: 2,
  /** Data that cannot be used: files, images, traces, embeddings. */
  data: 3,
  /** A model that cannot be used, or a provider that is not there. */
  model: 4,
  /** Ctrl-C; finished results were kept. */
  interrupted: 130,
});

/** The name of an exit status. */
export type ExitName = keyof typeof exitCodes;

const names: Readonly<Record<ErrorCode, ExitName>> = {
  ABORTED: 'interrupted',
  CHECKPOINT: 'usage',
  DOMAIN: 'usage',
  DUPLICATE: 'usage',
  EMPTY: 'data',
  FILE_FORMAT: 'data',
  FILE_MISSING: 'data',
  FILE_READ: 'data',
  FILE_WRITE: 'data',
  IMAGE_DECODE: 'data',
  IMAGE_FORMAT: 'data',
  IMAGE_TOO_LARGE: 'data',
  ITEM: 'data',
  ITEM_BUDGET: 'data',
  LABEL: 'data',
  MISMATCH: 'data',
  MODEL_CORRUPT: 'model',
  MODEL_EXTERNAL: 'model',
  MODEL_INPUT: 'model',
  MODEL_OUTPUT: 'model',
  MODEL_TOO_LARGE: 'model',
  NAME: 'usage',
  NOT_FINITE: 'data',
  OPTION: 'usage',
  PART: 'internal',
  PLAN: 'usage',
  PLUGIN: 'usage',
  PROVIDER: 'model',
  RECIPE: 'usage',
  SHAPE: 'data',
  TRACE: 'data',
  USAGE: 'usage',
  VERSION: 'usage',
  WORKER: 'internal',
};

/** The exit status for whatever was thrown. */
export function exitCodeOf(error: unknown): number {
  return error instanceof ViewforgeError ? exitCodes[names[error.code]] : exitCodes.internal;
}

/** The exit codes as the end of `--help`. */
export const exitCodeHelp = `
Exit codes:
  ${exitCodes.ok}    done
  ${exitCodes.internal}    unexpected internal error
  ${exitCodes.usage}    wrong command line, recipe, option or name
  ${exitCodes.data}    data that cannot be used (files, images, traces, embeddings)
  ${exitCodes.model}    model that cannot be used, or provider that is not there
  ${exitCodes.interrupted}  interrupted by Ctrl-C; what was finished is kept`;
