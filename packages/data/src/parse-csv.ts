import { ViewforgeError } from '@viewforge/core';

/** One record of a CSV file. */
export interface CsvRecord {
  /** Line on which it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The records of comma-separated text after RFC 4180: fields may be quoted, and may then hold commas, line breaks and doubled
 * quotes. Lines end in LF or CRLF; empty lines are left out. Nothing is trimmed.
 * Throws ViewforgeError (FILE_FORMAT), naming file and line, for a quote that does not end or has something behind it.
 */
export function parseCsv(content: string, file: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let [line, begun] = [1, 1];
  // one field and what ends it, from where the last one ended
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (pattern.lastIndex < content.length || fields.length > 0) {
    const at = pattern.lastIndex;
    const [whole, quoted, plain, end] = pattern.exec(content) ?? [];
    if (whole === undefined) throw brokenQuote(content.slice(at), `${file}:${line}`);
    fields.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    if (end === ',') continue;
    if (fields.length > 1 || fields[0] !== '' || quoted !== undefined) records.push({ line: begun, fields });
    [fields, begun] = [[], line];
  }
  return records;
}

function brokenQuote(rest: string, where: string): ViewforgeError {
  const found = JSON.stringify(rest.length > 40 ? `${rest.slice(0, 37)}...` : rest);
  return new ViewforgeError('FILE_FORMAT', where, `expected a field, quoted as a whole or not at all, got ${found}`);
}
