import { ViewforgeError } from '@viewforge/core';
import type { ScoreRow } from './score-row.ts';

/** The row as one line of `scores.jsonl`, without a line feed. */
export function scoreLine(row: ScoreRow): string {
  return JSON.stringify(row);
}

/** The row of a line that `scoreLine` wrote. Throws ViewforgeError (FILE_FORMAT) that names `where` for anything else. */
export function parseScoreLine(line: string, where: string): ScoreRow {
  try {
    const row = JSON.parse(line) as ScoreRow;
    if (Number.isInteger(row.step) && Number.isInteger(row.place) && Array.isArray(row.margin.quantiles)) return row;
  } catch (cause) {
    throw new ViewforgeError('FILE_FORMAT', where, `expected the scores of a step, got ${line.slice(0, 80)}`, { cause });
  }
  throw new ViewforgeError('FILE_FORMAT', where, `expected the scores of a step, got ${line.slice(0, 80)}`);
}
