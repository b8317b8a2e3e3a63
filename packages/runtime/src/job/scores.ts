import { join } from 'node:path';
import {
  createScoreMonitor,
  readScores,
  type ScoreMonitorOptions,
  scoreLine,
  scoreRowOf,
  writeScoreReport,
} from '@viewforge/report';
import type { WatchedBatch } from '@viewforge/run';
import type { Recipe } from '../recipe.ts';
import { resultNames } from './folder.ts';

/** Scores on their way into the log of a job. */
export interface ScoreWatch {
  readonly options: ScoreMonitorOptions;
  /** Measures a batch whose step is looked at. */
  watch(seen: WatchedBatch): void;
  /** The lines since the last call. */
  take(): readonly string[];
}

/** What watches the scores of a job whose recipe asks for it; temperature and similarity are the loss's where nothing else is said. */
export function watchScores({ scores, loss }: Recipe): ScoreWatch | undefined {
  if (scores === undefined) return undefined;
  const { temperature: ofLoss, similarity: bySimilarity } = loss.options;
  const temperature = scores.temperature ?? (typeof ofLoss === 'number' && ofLoss >= 0.005 ? ofLoss : 0.2);
  const similarity = scores.similarity ?? (bySimilarity === 'dot' ? 'dot' : 'cosine');
  const options = { temperature, similarity, every: scores.every };
  let lines: string[] = [];
  return {
    options,
    watch(seen) {
      if (seen.step % scores.every === 0) lines.push(scoreLine(scoreRowOf(seen, options)));
    },
    take() {
      const taken = lines;
      lines = [];
      return taken;
    },
  };
}

/** Summary and page from the log of a job, whatever sessions wrote it. */
export async function writeScoreFiles(output: string, { options }: ScoreWatch): Promise<void> {
  const monitor = createScoreMonitor(options);
  await readScores(join(output, resultNames.scores), monitor);
  await writeScoreReport(output, monitor);
}
