import type { Json } from '@viewforge/core';
import { writeAtomically } from './write-atomically.ts';

/**
 * Writes a JSON file that is the same bytes for the same content: keys sorted by code unit, two spaces, a line feed at the end.
 * As JSON has it, NaN and infinities become null and undefined properties are left out. Put in place all at once.
 * Throws ViewforgeError (FILE_WRITE) that names the path.
 */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(sorted(JSON.parse(JSON.stringify(value)) as Json), null, 2)}\n`);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((each: Json) => sorted(each));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Record<string, Json>);
  // without a prototype, so that a key "__proto__" stays a key
  const result: Record<string, Json> = Object.create(null);
  for (const [key, each] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) result[key] = sorted(each);
  return result;
}
