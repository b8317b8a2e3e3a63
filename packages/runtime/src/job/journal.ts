import { join } from 'node:path';
import { traceMixLine, traceViewLine, type ViewPlan, ViewforgeError } from '@viewforge/core';
import type { RunStep } from '@viewforge/run';
import { type LineLog, type NpyAppender, openLineLog, openNpyAppender, readLines } from '@viewforge/sinks';
import { type Tensor, values } from '@viewforge/tensor';
import { resultNames } from './folder.ts';
import { lossLine } from './loss-log.ts';

/** The logs of a job, relative to its output folder. */
export const logNames = Object.freeze({
  items: `${resultNames.embeddings}/items.jsonl`,
  losses: resultNames.losses,
  scores: resultNames.scores,
  views: `${resultNames.unfinished}/views.jsonl`,
  mixes: `${resultNames.unfinished}/mixes.jsonl`,
  bad: `${resultNames.unfinished}/bad.jsonl`,
});

type LogName = keyof typeof logNames;

/** A row of the embeddings: which item it belongs to. */
export interface JournalItem {
  readonly row: number;
  readonly epoch: number;
  readonly id: string;
  /** Null where the source has no classes. */
  readonly label: number | null;
}

/** Everything a job appends to, batch by batch. */
export interface Journal {
  append(step: RunStep, scores?: readonly string[]): Promise<void>;
  /** How much of each file is complete: bytes of logs, rows of embeddings. */
  offsets(): Readonly<Record<string, number>>;
  /** Puts everything so far on the disk. */
  flush(): Promise<void>;
  /** Gives the embeddings their names; nothing can be appended afterward. */
  finish(): Promise<void>;
  /** Closes all files and leaves them for later. */
  close(): Promise<void>;
}

/** The file of the embeddings of one view, relative to the output folder. */
export function embeddingFile(role: string, index: number): string {
  return `${resultNames.embeddings}/${role}-${index}.npy`;
}

/** The role and index of every view of a plan, in its order. */
export function viewsOf(plan: ViewPlan): readonly { readonly role: string; readonly index: number }[] {
  return plan.groups.flatMap(({ role, from = 0, count }) =>
    Array.from({ length: count }, (_, position) => ({ role, index: from + position })),
  );
}

/** What the files of a job depend on. */
export interface JournalShape {
  readonly plan: ViewPlan;
  /** Width of the features. */
  readonly width: number;
  /** Whether somebody watches scores. */
  readonly scores: boolean;
}

/** Opens every file of a job; what lies behind `offsets` is cut off. */
export async function openJournal(
  output: string,
  { plan, width, scores }: JournalShape,
  offsets: Readonly<Record<string, number>> = {},
): Promise<Journal> {
  const logs = new Map<LogName, LineLog>();
  const files = new Map<string, NpyAppender>();
  const everything = () => [...logs.values(), ...files.values()];
  const close = async () => void (await Promise.all(everything().map((each) => each.close())));
  try {
    for (const [name, file] of Object.entries(logNames)) {
      if (name === 'scores' && !scores) continue;
      logs.set(name as LogName, await openLineLog(join(output, file), { offset: offsets[file] ?? 0 }));
    }
    for (const { role, index } of viewsOf(plan)) {
      const file = embeddingFile(role, index);
      files.set(file, await openNpyAppender(join(output, file), { row: [width], resumeAt: offsets[file] ?? 0 }));
    }
  } catch (error) {
    await close(); // those that could be opened
    throw error;
  }
  return {
    async append(step, scored = []) {
      await appendStep(step, logs, files, width);
      await logs.get('scores')?.append(scored);
    },
    offsets: () => ({
      ...Object.fromEntries([...logs].map(([name, log]) => [logNames[name], log.offset()])),
      ...Object.fromEntries([...files].map(([file, appender]) => [file, appender.rows()])),
    }),
    flush: async () => void (await Promise.all(everything().map((each) => each.flush()))),
    finish: async () => void (await Promise.all([...files.values()].map((each) => each.finish()))),
    close,
  };
}

/** The lines of a log as JSON. Throws CHECKPOINT for a line that no job wrote. */
export async function readLog<T>(output: string, file: string): Promise<readonly T[]> {
  const lines: T[] = [];
  for await (const line of readLines(join(output, file))) {
    try {
      lines.push(JSON.parse(line) as T);
    } catch (cause) {
      throw new ViewforgeError(
        'CHECKPOINT',
        join(output, file),
        `expected JSON on line ${lines.length + 1}, got ${line.slice(0, 80)}`,
        { cause },
      );
    }
  }
  return lines;
}

async function appendStep(
  step: RunStep,
  logs: ReadonlyMap<LogName, LineLog>,
  files: ReadonlyMap<string, NpyAppender>,
  width: number,
): Promise<void> {
  const { epoch, items, drawn, mixes, bad, encoded } = step;
  const append = (name: LogName, lines: readonly string[]) => logs.get(name)!.append(lines);
  const before = [...files.values()][0]?.rows() ?? 0;
  await append(
    'bad',
    bad.map((item) => JSON.stringify(item)),
  );
  if (items.length === 0) return;
  for (const [role, views] of Object.entries(encoded.views)) {
    for (const [index, { features }] of views.entries()) {
      await files.get(embeddingFile(role, index))!.append(rowsOf(features, width, role, index));
    }
  }
  const rows = items.map(({ id, label }, i): JournalItem => ({ row: before + i, epoch, id, label: label ?? null }));
  await append(
    'items',
    rows.map((row) => JSON.stringify(row)),
  );
  await append(
    'views',
    items.flatMap(({ id }, i) => drawn[i]!.map((view) => traceViewLine({ epoch, item: id, ...view }))),
  );
  await append('mixes', mixes.map(traceMixLine));
  await append('losses', [JSON.stringify(lossLine(step))]);
}

function rowsOf(features: Tensor, width: number, role: string, index: number): Float32Array {
  if (features.shape[1] !== width) {
    throw new ViewforgeError('MODEL_OUTPUT', `${role} ${index}`, `expected features of width ${width}, got [${features.shape}]`);
  }
  const rows = values(features);
  return rows instanceof Float32Array ? rows : Float32Array.from(rows);
}
