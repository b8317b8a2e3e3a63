import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { ViewforgeError } from '@viewforge/core';
import { type ExternalData, type ModelSummary, readModel } from '@viewforge/graph';

/** Largest model that is loaded, in bytes, unless an option says less: files of 2 GiB are beyond protobuf. */
export const largestModel = 2 ** 31 - 2 ** 20;

/** A model file that was read and found to refer to nothing outside its folder. */
export interface ModelFile {
  readonly path: string;
  /** Content of the file. */
  readonly bytes: Uint8Array;
  readonly summary: ModelSummary;
  /** Paths of the files in its folder that hold numbers of the model. */
  readonly external: readonly string[];
  /** Size of the file and its external files, in bytes. */
  readonly size: number;
}

/**
 * Reads a model file, before ONNX Runtime sees it.
 * Throws ViewforgeError: FILE_MISSING, FILE_READ; MODEL_TOO_LARGE when it and its external files are larger than `maxBytes`;
 * MODEL_CORRUPT when it is no ONNX model; MODEL_EXTERNAL when it refers to a file outside its folder, by whatever way.
 */
export async function readModelFile(path: string, maxBytes: number = largestModel): Promise<ModelFile> {
  const own = await sizeOf(path);
  checkSize(path, own, maxBytes);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new ViewforgeError('FILE_READ', path, `expected a readable model file, got ${reasonOf(cause)}`, { cause });
  });
  const summary = parse(path, bytes);
  const external = new Map<string, number>();
  for (const data of summary.external) {
    const file = await resolveExternal(path, data);
    external.set(file.path, file.size);
  }
  const size = [...external.values()].reduce((sum, one) => sum + one, own);
  checkSize(path, size, maxBytes);
  return { path, bytes, summary, external: [...external.keys()], size };
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((cause: unknown) => {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ViewforgeError(
      isMissing ? 'FILE_MISSING' : 'FILE_READ',
      path,
      `expected a model file, got ${isMissing ? 'nothing there' : reasonOf(cause)}`,
      { cause },
    );
  });
  if (!found.isFile()) throw new ViewforgeError('FILE_READ', path, 'expected a model file, got a folder or device');
  return found.size;
}

function checkSize(path: string, size: number, maxBytes: number): void {
  if (size > maxBytes) {
    throw new ViewforgeError(
      'MODEL_TOO_LARGE',
      path,
      `expected a model of at most ${maxBytes} bytes, got ${size}; raise maxBytes if you trust it`,
    );
  }
}

function parse(path: string, bytes: Uint8Array): ModelSummary {
  try {
    return readModel(bytes);
  } catch (cause) {
    throw new ViewforgeError(
      'MODEL_CORRUPT',
      path,
      `expected an ONNX model, got bytes that are none (${reasonOf(cause)}); export or download it again`,
      { cause },
    );
  }
}

/** A hard link and a symbolic link can both lead out of the folder; the first cannot be followed back, so it is refused as such. */
async function resolveExternal(
  path: string,
  { tensor, location, offset, length }: ExternalData,
): Promise<{ path: string; size: number }> {
  const refuse = (what: string) =>
    new ViewforgeError(
      'MODEL_EXTERNAL',
      path,
      `expected external data in the model's own folder, got ${what} for tensor "${tensor}"; copy the file beside the model`,
    );
  if (location === '')
    throw new ViewforgeError('MODEL_CORRUPT', path, `expected a location of the external tensor "${tensor}", got none`);
  if (isAbsolute(location) || /^[a-z]:|\\|\0/i.test(location)) throw refuse(`the path "${location}"`);
  const folder = await realpath(dirname(path));
  if (isOutside(folder, join(folder, location))) throw refuse(`the path "${location}"`);
  // not the joined path: "link/.." is where the link leads to, which only the system knows
  const real = await realpath(`${folder}${sep}${location}`).catch((cause: unknown) => {
    throw new ViewforgeError('FILE_MISSING', path, `expected external data at "${location}", got nothing there`, { cause });
  });
  if (isOutside(folder, real)) throw refuse(`a link at "${location}" that leads out of it`);
  const found = await lstat(real);
  if (!found.isFile()) throw refuse(`something that is no file at "${location}"`);
  if (found.nlink > 1) throw refuse(`a hard link at "${location}", whose other name may be outside`);
  if (!(offset >= 0) || !((length ?? 0) >= 0) || offset + (length ?? 0) > found.size) {
    throw new ViewforgeError(
      'MODEL_CORRUPT',
      path,
      `expected ${length ?? 'some'} bytes at ${offset} of "${location}", got a file of ${found.size} bytes`,
    );
  }
  return { path: real, size: found.size };
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
