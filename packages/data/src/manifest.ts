import { dirname, resolve } from 'node:path';
import { type Collection, defineSource, text, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';
import { collectionOf, readingFields } from './image-collection.ts';
import { labelsOfEntries } from './labels-of.ts';
import { type ManifestEntry, readManifest } from './read-manifest.ts';

/**
 * The image files that a table lists, in its order. A CSV file has a header with `path` and, if wanted, `label` and `id`; a
 * JSON-lines file (.jsonl or .ndjson) has an object with these keys on each line. Paths are relative to `root`, or to the
 * folder of the table; an id is the path where none is given. Labels are whole numbers from 0, or names, which are numbered
 * in sorted order; either every line has one, or none. Only the table is read before an item is opened. `ready` rejects with
 * ViewforgeError, naming file and line: FILE_MISSING, FILE_READ, FILE_FORMAT, LABEL, DUPLICATE, EMPTY for a table without lines,
 * and FILE_WRITE for a cache that cannot be written.
 */
export const manifest = defineSource({
  name: 'manifest',
  summary: 'Take the image files that a CSV or JSON-lines file lists.',
  options: z.object({
    file: text({ doc: 'The table, ending in .csv, .jsonl or .ndjson.' }),
    root: z
      .string()
      .min(1)
      .optional()
      .describe('The folder that paths are relative to; the folder of the table when left out.')
      .meta({ unit: 'none' }),
    ...readingFields,
  }),
  async ready({ file, root = dirname(file), ...reading }, running) {
    const entries = await readManifest(file, running);
    if (entries.length === 0) throw new ViewforgeError('EMPTY', file, 'expected at least one line with a path, got none');
    checkIds(entries);
    const files = entries.map(({ id, path }) => ({ id, path: resolve(root, path) }));
    return await collectionOf(files, reading, labelsOf(entries));
  },
});

function checkIds(entries: readonly ManifestEntry[]): void {
  const first = new Map<string, string>();
  for (const { id, where } of entries) {
    const before = first.get(id);
    if (before !== undefined)
      throw new ViewforgeError('DUPLICATE', where, `expected an id of its own, got "${id}", as in ${before}`);
    first.set(id, where);
  }
}

function labelsOf(entries: readonly ManifestEntry[]): Pick<Collection, 'labels' | 'classes'> | undefined {
  const without = entries.find(({ label }) => label === undefined);
  if (without === undefined)
    return labelsOfEntries(
      entries.map(({ label }) => label!),
      (index) => entries[index]!.where,
    );
  const labeled = entries.find(({ label }) => label !== undefined);
  if (labeled === undefined) return undefined;
  throw new ViewforgeError(
    'LABEL',
    without.where,
    `expected a label on every line, or on none, got none here and one in ${labeled.where}`,
  );
}
