import { join } from 'node:path';
import { readLines, writeAtomically, writeJson } from '@viewforge/sinks';
import { drawScorePage } from './drawings/score-page.ts';
import { parseScoreLine, scoreLine } from './score-lines.ts';
import type { ScoreMonitor } from './score-monitor.ts';
import { scoreSummary } from './score-summary.ts';

/** The files of a score monitor. */
export const scoreFiles = Object.freeze({
  /** One line for each step that was looked at and each place. */
  lines: 'scores.jsonl',
  summary: 'scores.json',
  page: 'scores.html',
});

/** Writes the rows that a monitor kept, its summary, and the page that draws them into `folder`. Throws ViewforgeError (FILE_WRITE). */
export async function writeScores(folder: string, monitor: ScoreMonitor, title?: string): Promise<void> {
  const lines = monitor.rows().map((row) => `${scoreLine(row)}\n`);
  await writeAtomically(join(folder, scoreFiles.lines), lines.join(''));
  await writeScoreReport(folder, monitor, title);
}

/** Writes summary and page alone: for those who write the lines themselves, step by step. Throws ViewforgeError (FILE_WRITE). */
export async function writeScoreReport(folder: string, monitor: ScoreMonitor, title?: string): Promise<void> {
  await writeJson(join(folder, scoreFiles.summary), scoreSummary(monitor));
  await writeAtomically(join(folder, scoreFiles.page), drawScorePage(monitor, title));
}

/**
 * In place: the monitor takes in every line of a file, which is never in memory as a whole. Throws ViewforgeError: FILE_FORMAT for a line that no
 * monitor wrote, FILE_MISSING, FILE_READ.
 */
export async function readScores(path: string, monitor: ScoreMonitor): Promise<void> {
  for await (const line of readLines(path)) monitor.add(parseScoreLine(line, path));
}
