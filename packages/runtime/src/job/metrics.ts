import { join } from 'node:path';
import type { EncodedView, EncodedViews, MetricReport } from '@viewforge/core';
import { readNpy } from '@viewforge/sinks';
import { features } from '@viewforge/tensor';
import type { FinishedSession } from './session.ts';
import { embeddingFile, type JournalItem, viewsOf } from './journal.ts';
import type { MetricSummary } from './summary.ts';

/** Every metric of the recipe over the embeddings of the last epoch that has any. */
export async function measureMetrics(session: FinishedSession, items: readonly JournalItem[]): Promise<readonly MetricSummary[]> {
  const { checked, opened, running } = session;
  const epoch = items.at(-1)?.epoch ?? 0;
  const first = items.findIndex((item) => item.epoch === epoch);
  const encoded = await readEncoded(session, items, first);
  const summaries: MetricSummary[] = [];
  for (const [i, metric] of opened.parts.metrics.entries()) {
    const report = await metric.measure(encoded, running);
    summaries.push(summarizeMetric(checked.recipe.metrics[i]?.use ?? metric.name, metric.better, report));
  }
  return summaries;
}

/** Rows `first` and later of every view's file. */
async function readEncoded(
  { options, opened }: FinishedSession,
  items: readonly JournalItem[],
  first: number,
): Promise<EncodedViews> {
  const views: Record<string, EncodedView[]> = {};
  for (const { role, index } of viewsOf(opened.parts.plan)) {
    const { shape, data } = await readNpy(join(options.output, embeddingFile(role, index)));
    const [n, d] = shape as [number, number];
    views[role] ??= [];
    views[role][index] = {
      features: features((data as Float32Array).slice(first * d), n - first, d),
      blend: { kind: 'identity' },
    };
  }
  const rows = items.slice(first).map(({ id, label }) => ({ id, ...(label !== null && { label }) }));
  return { items: rows, views };
}

function summarizeMetric(metric: string, better: MetricSummary['better'], report: MetricReport): MetricSummary {
  const parts = Object.fromEntries(Object.entries(report.parts).map(([name, value]) => [name, finite(value)]));
  return { metric, better, value: finite(report.value), n: report.n, parts, notes: report.notes };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
