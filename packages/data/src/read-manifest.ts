import { readFile } from 'node:fs/promises';
import { parseOptions, type Running, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';
import { parseCsv } from './parse-csv.ts';

/** One line of a manifest. */
export interface ManifestEntry {
  readonly path: string;
  readonly id: string;
  readonly label?: string | number;
  /** "file:line", from 1. */
  readonly where: string;
}

const lineSchema = z.strictObject({
  path: z.string().min(1),
  label: z.union([z.string().min(1), z.number()]).optional(),
  id: z.string().min(1).optional(),
});

/**
 * The lines of a manifest, in order. Throws ViewforgeError: FILE_MISSING or FILE_READ that names the file, FILE_FORMAT for another
 * ending, and for a line that is not as it should be, naming file and line.
 */
export async function readManifest(file: string, { signal }: Running): Promise<ManifestEntry[]> {
  signal.throwIfAborted();
  const parse = parserOf(file);
  const content = await readFile(file, { encoding: 'utf8', signal }).catch((cause: NodeJS.ErrnoException) => {
    signal.throwIfAborted();
    if (cause.code === 'ENOENT') throw new ViewforgeError('FILE_MISSING', file, 'expected a file, got none', { cause });
    throw new ViewforgeError('FILE_READ', file, `expected a file that can be read, got: ${cause.message}`, { cause });
  });
  return parse(content.replace(/^\uFEFF/, ''), file).map(({ line, fields }) => {
    const where = `${file}:${line}`;
    const { path, id = path, label } = parseOptions(lineSchema, fields, where, 'FILE_FORMAT');
    return { path, id, where, ...(label !== undefined && { label }) };
  });
}

interface Line {
  readonly line: number;
  readonly fields: unknown;
}

function parserOf(file: string): (content: string, file: string) => Line[] {
  if (/\.csv$/i.test(file)) return csvLines;
  if (/\.(jsonl|ndjson)$/i.test(file)) return jsonLines;
  throw new ViewforgeError('FILE_FORMAT', file, 'expected a file ending in .csv, .jsonl or .ndjson, got another ending');
}

/** Rows by the names in the header; a field that is empty counts as left out. */
function csvLines(content: string, file: string): Line[] {
  const [header, ...rows] = parseCsv(content, file);
  if (header === undefined) return [];
  checkHeader(header.fields, `${file}:${header.line}`);
  return rows.map(({ line, fields }) => {
    if (fields.length !== header.fields.length)
      throw new ViewforgeError('FILE_FORMAT', `${file}:${line}`, `expected ${header.fields.length} fields, got ${fields.length}`);
    return {
      line,
      fields: Object.fromEntries(header.fields.map((name, i) => [name, fields[i]]).filter(([, value]) => value !== '')),
    };
  });
}

function checkHeader(names: readonly string[], where: string): void {
  const known = ['path', 'label', 'id'];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0 || !names.includes('path') || new Set(names).size !== names.length) {
    const message = `expected a header with path and, if wanted, label and id, each once, got "${names.join(',')}"`;
    throw new ViewforgeError('FILE_FORMAT', where, message);
  }
}

function jsonLines(content: string, file: string): Line[] {
  return content.split('\n').flatMap((text, i) => {
    if (text.trim() === '') return [];
    try {
      return [{ line: i + 1, fields: JSON.parse(text) as unknown }];
    } catch (cause) {
      throw new ViewforgeError('FILE_FORMAT', `${file}:${i + 1}`, `expected a JSON object, got ${(cause as Error).message}`, {
        cause,
      });
    }
  });
}
