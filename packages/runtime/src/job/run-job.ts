import { join } from 'node:path';
import { ViewforgeError } from '@viewforge/core';
import type { Checkpoint } from '@viewforge/run';
import { writeJson } from '@viewforge/sinks';
import { openRun } from '../open-run.ts';
import type { CheckedRecipe } from '../parse-recipe.ts';
import { traceHeader } from '../trace-header.ts';
import { watchScores } from './scores.ts';
import { itemsDigest, type LastStep, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { finishJob, readSummary } from './finish.ts';
import { abandonFolder, checkOutside, clearFolder, decideStart, resultNames } from './folder.ts';
import { openJournal } from './journal.ts';
import type { JobOptions } from './options.ts';
import type { Session } from './session.ts';
import type { JobSummary } from './summary.ts';

/**
 * The main job: reads, draws, makes, encodes, pairs, mixes and measures, and leaves everything in the output folder (see
 * `resultNames`). An interrupted job goes on with `resume`, and its trace, embeddings and summary are then byte for byte what
 * they would have been. Rejects with the signal's reason when aborted; throws ViewforgeError: USAGE when the folder is taken,
 * CHECKPOINT when it was begun with other settings, and what sources, encoders and other parts throw.
 */
export async function runJob(checked: CheckedRecipe, options: JobOptions): Promise<JobSummary> {
  const { output, signal, resume = false, overwrite = false, parts } = options;
  signal?.throwIfAborted();
  const images = parts?.source === undefined ? checked.recipe.source : undefined;
  if (images?.use === 'data/image-folder') checkOutside(String(images.options['root']), output);
  const start = await decideStart(output, resume, overwrite);
  if (start === 'finished') return readSummary(output);
  const scores = watchScores(checked.recipe);
  const opened = openRun(checked, { ...(signal && { signal }), ...(parts && { parts }), ...(scores && { watch: scores.watch }) });
  try {
    const running = { signal: signal ?? new AbortController().signal };
    const collection = await opened.parts.source.ready(running);
    const identity = { recipe: checked.recipe, header: await traceHeader(checked), items: itemsDigest(collection) };
    const before = start === 'resume' ? await readCheckpoint(output, identity) : undefined;
    const facts = await opened.parts.encoder.open(running);
    if (start === 'start') await clearFolder(output); // only now that everything is there to begin
    await writeJson(join(output, resultNames.recipe), recipeFile(checked));
    const elapsed = stopwatch(options.now, before?.elapsed ?? 0);
    const session: Session = { checked, options, opened, identity, facts, size: collection.size, before, elapsed, scores };
    const last = await workThrough(session);
    return await finishJob({ ...session, collection, last, running });
  } finally {
    await opened.close();
  }
}

/** Every batch that is left: appended to the journal, with a checkpoint now and then and at every interruption. */
async function workThrough(session: Session): Promise<LastStep> {
  const { options, opened, before } = session;
  const { output, checkpointEvery = 16 } = options;
  const journal = await openJournal(output, journalShape(session), before?.offsets);
  let last = startOf(session);
  let saved = last?.run.step ?? 0;
  const save = async (): Promise<void> => {
    if (last === undefined || last.run.step === saved) return;
    await journal.flush();
    await writeCheckpoint(output, { ...session.identity, ...last });
    saved = last.run.step;
  };
  try {
    report(session, last?.run, Number.NaN);
    for await (const step of opened.steps(last?.run)) {
      await journal.append(step, session.scores?.take());
      last = { run: step.checkpoint, offsets: journal.offsets(), threads: step.threads, elapsed: session.elapsed() };
      report(session, last.run, step.loss.value);
      if (last.run.step - saved >= checkpointEvery) await save();
    }
    await save();
    await journal.finish();
    await journal.close();
  } catch (error) {
    await save().catch(() => {}); // the first error tells more
    await journal.close();
    if (last === undefined) await abandonFolder(output); // nothing to go on with
    throw error;
  }
  if (last === undefined) throw new ViewforgeError('EMPTY', 'job', 'expected at least one batch, got none');
  return last;
}

function journalShape({ opened, facts, scores }: Session) {
  return { plan: opened.parts.plan, width: facts.width, scores: scores !== undefined };
}

function startOf({ before }: Session): LastStep | undefined {
  if (before === undefined) return undefined;
  const { run, offsets, threads, elapsed } = before;
  return { run, offsets, threads, elapsed };
}

/** Milliseconds that all sessions of the job have worked. */
function stopwatch(now: (() => number) | undefined, before: number): () => number {
  const started = now?.() ?? 0;
  return () => before + (now?.() ?? 0) - started;
}

function report({ checked, options, size, before }: Session, run: Checkpoint | undefined, loss: number): void {
  const { epochs } = checked.recipe;
  const { epoch = 0, position = 0, counts } = run ?? {};
  const done = epoch * size + position;
  const views = (counts?.views ?? 0) - (before?.run.counts.views ?? 0);
  options.onProgress?.({ epoch, epochs, done, total: epochs * size, views, loss });
}

/** The recipe as a file that runs the same job again from any folder: its paths are absolute. */
function recipeFile({ recipe }: CheckedRecipe): Omit<CheckedRecipe['recipe'], 'output'> {
  const { output: _output, ...rest } = recipe;
  return rest;
}
