import type { RunStep } from '@viewforge/run';

/** One batch of the loss log. */
export interface LossLine {
  readonly step: number;
  readonly epoch: number;
  readonly items: number;
  /** Null where the batch has no loss. */
  readonly loss: number | null;
  /** Queries that the loss is the mean of; items where a loss is no such mean. */
  readonly queries: number;
  /** What else the loss found; null where there is no number. */
  readonly parts: Readonly<Record<string, number | null>>;
}

/** Loss over whole epochs, each batch weighted by its queries. */
export interface LossSummary {
  readonly overall: number | null;
  readonly perEpoch: readonly { readonly epoch: number; readonly loss: number | null; readonly items: number }[];
}

/** The line of a step. */
export function lossLine({ step, epoch, items, loss }: RunStep): LossLine {
  const counted = loss.perQuery.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
  const queries = loss.perQuery.length === 0 ? items.length : counted;
  return { step, epoch, items: items.length, loss: finite(loss.value), queries, parts: loss.parts };
}

/** The mean losses of a log. */
export function summarizeLosses(lines: readonly LossLine[], epochs: number): LossSummary {
  return {
    overall: meanLoss(lines),
    perEpoch: Array.from({ length: epochs }, (_, epoch) => {
      const own = lines.filter((line) => line.epoch === epoch);
      return { epoch, loss: meanLoss(own), items: own.reduce((sum, line) => sum + line.items, 0) };
    }),
  };
}

function meanLoss(lines: readonly LossLine[]): number | null {
  let sum = 0;
  let queries = 0;
  for (const line of lines) {
    if (line.loss === null || line.queries === 0) continue;
    sum += line.queries * line.loss;
    queries += line.queries;
  }
  return queries === 0 ? null : sum / queries;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
