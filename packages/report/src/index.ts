export { drawScorePage } from './drawings/score-page.ts';
export { drawScores } from './drawings/score-picture.ts';
export { parseScoreLine, scoreLine } from './score-lines.ts';
export {
  createScoreMonitor,
  type CurveName,
  type ScoreMonitor,
  type ScoreMonitorOptions,
  type WatchedPlace,
} from './score-monitor.ts';
export {
  type MarginFacts,
  quantilePercents,
  type ScoreFacts,
  type ScoreRow,
  type ScoreRowOptions,
  scoreRowOf,
} from './score-row.ts';
export { scoreSummary, type ScoreSummary } from './score-summary.ts';
export { readScores, scoreFiles, writeScoreReport, writeScores } from './write-scores.ts';
