import { ViewforgeError } from '@viewforge/core';

/** The error for a file that could not be written: FILE_WRITE with the path and the system's reason. */
export function writeFailure(path: string, cause: unknown): ViewforgeError {
  return new ViewforgeError('FILE_WRITE', path, `expected a file that can be written, got: ${reasonOf(cause)}`, { cause });
}

/** The error for a file that could not be read: FILE_MISSING where there is none, otherwise FILE_READ. */
export function readFailure(path: string, cause: unknown): ViewforgeError {
  if (codeOf(cause) === 'ENOENT') return new ViewforgeError('FILE_MISSING', path, 'expected a file, got none', { cause });
  return new ViewforgeError('FILE_READ', path, `expected a file that can be read, got: ${reasonOf(cause)}`, { cause });
}

/** The system's code of an error, such as "ENOENT"; undefined for errors that do not come from the system. */
export function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'syscall' in cause ? (cause as NodeJS.ErrnoException).code : undefined;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
