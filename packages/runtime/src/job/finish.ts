import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ViewforgeError, writeTrace } from '@viewforge/core';
import type { BadItem } from '@viewforge/run';
import { removeTemporaries, writeAtomically, writeJson } from '@viewforge/sinks';
import { resultNames } from './folder.ts';
import { type JournalItem, logNames, readLog } from './journal.ts';
import { type LossLine, summarizeLosses } from './loss-log.ts';
import { measureMetrics } from './metrics.ts';
import type { FinishedSession } from './session.ts';
import { writeSheet } from './sheet.ts';
import type { JobSummary } from './summary.ts';
import { writeScoreFiles } from './scores.ts';
import { readTraceLogs } from './trace-logs.ts';

/** Everything that needs the whole job: metrics, contact sheet, sorted trace and summary; then the traces of work are removed. */
export async function finishJob(session: FinishedSession): Promise<JobSummary> {
  const { output } = session.options;
  const items = await readLog<JournalItem>(output, logNames.items);
  const bad = await readLog<BadItem>(output, logNames.bad);
  const losses = await readLog<LossLine>(output, logNames.losses);
  const metrics = await measureMetrics(session, items);
  const trace = await readTraceLogs(output, session.identity.header);
  await writeAtomically(join(output, resultNames.trace), writeTrace(trace));
  const hasSheet = await writeSheet(session, items, trace);
  if (session.scores) await writeScoreFiles(output, session.scores);
  const hasQuarantine = session.checked.recipe.badItems.policy === 'quarantine' && bad.length > 0;
  if (hasQuarantine) {
    await writeAtomically(join(output, resultNames.quarantine), bad.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
  const summary: JobSummary = {
    ...summarize(session, bad),
    loss: summarizeLosses(losses, session.checked.recipe.epochs),
    metrics,
    files: resultFiles(session, hasSheet, hasQuarantine),
    ...(session.options.now && { timings: timings(session) }),
  };
  await writeJson(join(output, resultNames.summary), summary);
  await removeTemporaries(output);
  await rm(join(output, resultNames.unfinished), { recursive: true, force: true });
  return summary;
}

/** The summary of a job that is finished. Throws FILE_FORMAT when it is not one. */
export async function readSummary(output: string): Promise<JobSummary> {
  const path = join(output, resultNames.summary);
  try {
    const summary = JSON.parse(await readFile(path, 'utf8')) as JobSummary;
    if (summary.summary === 'viewforge/1') return summary;
  } catch (cause) {
    throw new ViewforgeError('FILE_FORMAT', path, 'expected the summary of a job, got something that cannot be read', { cause });
  }
  throw new ViewforgeError('FILE_FORMAT', path, 'expected the summary of a job, got other JSON');
}

function summarize(session: FinishedSession, bad: readonly BadItem[]) {
  const { checked, collection, facts, identity, last, opened } = session;
  const { output: _output, workers: _workers, $schema: _schema, ...settings } = checked.recipe;
  const { provider, passedOver, width } = facts;
  return {
    summary: 'viewforge/1',
    seed: checked.recipe.seed,
    settings,
    counts: last.run.counts,
    source: { items: collection.size, classes: collection.classes ?? null },
    encoder: { use: checked.recipe.encoder.use, provider, passedOver, width },
    ...(checked.recipe.latent && { mixing: opened.mixing() }),
    badItems: bad.slice(0, 100),
    threads: last.threads,
    versions: identity.header.versions,
  } as const;
}

function timings({ elapsed, last }: FinishedSession) {
  const seconds = elapsed() / 1000;
  return { seconds, viewsPerSecond: last.elapsed > 0 ? (1000 * last.run.counts.views) / last.elapsed : 0 };
}

function resultFiles(session: FinishedSession, hasSheet: boolean, hasQuarantine: boolean): readonly string[] {
  const embeddings = Object.keys(session.last.offsets).filter((name) => name.startsWith(`${resultNames.embeddings}/`));
  const { recipe, summary, trace, sheet, losses, quarantine, scores, scoreSummary, scorePage } = resultNames;
  return [
    ...(hasSheet ? [sheet] : []),
    ...embeddings,
    ...[losses, recipe, summary, trace],
    ...(hasQuarantine ? [quarantine] : []),
    ...(session.scores ? [scores, scoreSummary, scorePage] : []),
  ].sort();
}
