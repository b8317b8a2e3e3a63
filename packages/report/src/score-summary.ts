import type { SeriesPoint } from '@viewforge/metrics';
import type { CurveName, ScoreMonitor, ScoreMonitorOptions } from './score-monitor.ts';
import { quantilePercents, type ScoreRow } from './score-row.ts';

/** What `scores.json` holds; plain JSON. */
export interface ScoreSummary {
  readonly scores: 'viewforge/1';
  readonly options: Required<ScoreMonitorOptions>;
  /** What the entries of `quantiles` are. */
  readonly quantilePercents: readonly number[];
  readonly places: readonly {
    readonly place: number;
    readonly from: string;
    /** Curves that have points; a point is the mean over `count` steps from `step` on. */
    readonly curves: Readonly<Partial<Record<CurveName, readonly SeriesPoint[]>>>;
    readonly first: ScoreRow;
    readonly middle: ScoreRow;
    readonly last: ScoreRow;
  }[];
}

/** What a monitor found, as data. */
export function scoreSummary(monitor: ScoreMonitor): ScoreSummary {
  return {
    scores: 'viewforge/1',
    options: monitor.options,
    quantilePercents,
    places: monitor.places().map(({ curves, ...place }) => ({
      ...place,
      curves: Object.fromEntries(Object.entries(curves).filter(([, points]) => points.length > 0)),
    })),
  };
}
