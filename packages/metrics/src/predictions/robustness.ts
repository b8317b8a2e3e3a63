import { ViewforgeError } from '@viewforge/core';
import type { Accumulator } from '../streams/accumulator.ts';
import { type CalibrationSums, createCalibration } from './calibration.ts';

/** What a classifier says of some samples and of one view of each; [n] each. */
export interface ViewPredictions {
  /** Name of the view, such as "noise". */
  readonly view: string;
  /** How strong the view is; 1 to 5 by custom. */
  readonly severity: number;
  /** Labels below 0 do not count. */
  readonly labels: ArrayLike<number>;
  readonly clean: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  /** How sure the predictions of the view are, in [0, 1]. */
  readonly confidences?: ArrayLike<number>;
  /** Loss of the view of each sample. */
  readonly losses?: ArrayLike<number>;
}

/** One view at one severity. */
export interface RobustnessRow {
  readonly view: string;
  readonly severity: number;
  readonly accuracy: number;
  readonly cleanAccuracy: number;
  /** (clean accuracy - accuracy) / clean accuracy; NaN where the latter is 0. */
  readonly relativeDrop: number;
  /** Share of predictions that the view left as they were. */
  readonly consistency: number;
  /** Largest drop of the accuracy of one class, as a difference, and the class. */
  readonly worstClassDrop: number;
  readonly worstClass: number;
  /** By 15 bins; NaN without confidences. */
  readonly calibrationError: number;
  /** Mean; NaN without losses. */
  readonly loss: number;
  readonly n: number;
}

/** All views at all severities. */
export interface Robustness {
  /** By view in the order of their names, then by severity. */
  readonly rows: readonly RobustnessRow[];
  /** Means over rows; NaN, with a note, where one row has none. */
  readonly meanAccuracy: number;
  readonly meanRelativeDrop: number;
  readonly meanConsistency: number;
  readonly meanLoss: number;
  /** Predictions. */
  readonly n: number;
  readonly notes: readonly string[];
}

interface ClassCounts {
  readonly n: number;
  readonly right: number;
  readonly cleanRight: number;
  readonly unchanged: number;
  /** Sum of losses, and how many there are. */
  readonly loss: number;
  readonly losses: number;
}

/** Counts of one view at one severity. */
export interface CellCounts {
  readonly view: string;
  readonly severity: number;
  readonly classes: ReadonlyMap<number, ClassCounts>;
  readonly calibration: CalibrationSums;
}

/**
 * An accumulator of predictions that tells how a classifier stands views of fixed severity, as a table view by severity. It
 * keeps counts, so the result is the same however the stream is cut. `add` throws ViewforgeError (LABEL) for lists of different
 * lengths.
 */
export function createRobustness(): Accumulator<ViewPredictions, readonly CellCounts[], Robustness> {
  const cells = new Map<string, Cell>();
  const cellOf = (view: string, severity: number): Cell => {
    const key = JSON.stringify([view, severity]);
    const cell = cells.get(key) ?? { view, severity, classes: new Map(), calibration: createCalibration() };
    cells.set(key, cell);
    return cell;
  };
  return {
    add: (input) => addTo(cellOf(input.view, input.severity), input),
    merge(other) {
      for (const more of other.state()) {
        const cell = cellOf(more.view, more.severity);
        cell.calibration.merge({ state: () => more.calibration });
        for (const [label, counts] of more.classes) count(cell, label, counts);
      }
    },
    state: () => [...cells.values()].map((cell) => ({ ...cell, calibration: cell.calibration.state() })),
    result: () => robustnessFrom([...cells.values()]),
  };
}

interface Cell {
  readonly view: string;
  readonly severity: number;
  readonly classes: Map<number, ClassCounts>;
  readonly calibration: ReturnType<typeof createCalibration>;
}

function addTo(cell: Cell, { labels, clean, predictions, confidences, losses }: ViewPredictions): void {
  const n = labels.length;
  if (clean.length !== n || predictions.length !== n) {
    throw new ViewforgeError(
      'LABEL',
      'robustness',
      `expected predictions of ${n} labels, got ${clean.length} and ${predictions.length}`,
    );
  }
  if (losses && losses.length !== n) {
    throw new ViewforgeError('LABEL', 'robustness', `expected losses of ${n} labels, got ${losses.length}`);
  }
  if (confidences) cell.calibration.add({ predictions, confidences, labels });
  for (let i = 0; i < n; i++) {
    if (!(labels[i]! >= 0)) continue;
    count(cell, labels[i]!, {
      n: 1,
      right: Number(predictions[i] === labels[i]),
      cleanRight: Number(clean[i] === labels[i]),
      unchanged: Number(predictions[i] === clean[i]),
      loss: losses?.[i] ?? 0,
      losses: Number(losses !== undefined),
    });
  }
}

function count({ classes }: Cell, label: number, more: ClassCounts): void {
  classes.set(label, totalOf([classes.get(label) ?? none, more]));
}

const none: ClassCounts = { n: 0, right: 0, cleanRight: 0, unchanged: 0, loss: 0, losses: 0 };

function totalOf(counts: readonly ClassCounts[]): ClassCounts {
  return counts.reduce(
    (a, b) => ({
      n: a.n + b.n,
      right: a.right + b.right,
      cleanRight: a.cleanRight + b.cleanRight,
      unchanged: a.unchanged + b.unchanged,
      loss: a.loss + b.loss,
      losses: a.losses + b.losses,
    }),
    none,
  );
}

function robustnessFrom(cells: readonly Cell[]): Robustness {
  const rows = cells
    .map(rowOf)
    .filter(({ n }) => n > 0)
    .sort((a, b) => (a.view === b.view ? a.severity - b.severity : a.view < b.view ? -1 : 1));
  const mean = (of: (row: RobustnessRow) => number): number => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  return {
    rows,
    meanAccuracy: mean((row) => row.accuracy),
    meanRelativeDrop: mean((row) => row.relativeDrop),
    meanConsistency: mean((row) => row.consistency),
    meanLoss: mean((row) => row.loss),
    n: rows.reduce((sum, row) => sum + row.n, 0),
    notes: notesOf(rows),
  };
}

function notesOf(rows: readonly RobustnessRow[]): readonly string[] {
  if (rows.length === 0) return ['robustness needs a labeled prediction'];
  const without = (name: 'relativeDrop' | 'calibrationError' | 'loss', why: string): readonly string[] => {
    const count = rows.filter((row) => Number.isNaN(row[name])).length;
    return count === 0 ? [] : [`${count} of ${rows.length} rows have ${why}`];
  };
  return [
    ...without('relativeDrop', 'a clean accuracy of 0, so no relative drop'),
    ...without('calibrationError', 'no confidences, so no calibration error'),
    ...without('loss', 'no losses'),
  ];
}

function rowOf({ view, severity, classes, calibration }: Cell): RobustnessRow {
  const { n, right, cleanRight, unchanged, loss, losses } = totalOf([...classes.values()]);
  let [worstClass, worstClassDrop] = [-1, Number.NEGATIVE_INFINITY];
  // ascending, so that a tie goes to the lower class
  for (const [label, counts] of [...classes].sort(([a], [b]) => a - b)) {
    const drop = (counts.cleanRight - counts.right) / counts.n;
    if (drop > worstClassDrop) [worstClass, worstClassDrop] = [label, drop];
  }
  return {
    view,
    severity,
    accuracy: right / n,
    cleanAccuracy: cleanRight / n,
    relativeDrop: (cleanRight - right) / (cleanRight || Number.NaN),
    consistency: unchanged / n,
    worstClassDrop,
    worstClass,
    calibrationError: calibration.result().value,
    loss: loss / losses,
    n,
  };
}
