import { element, label } from './svg.ts';
import { tickText, ticksOf } from './ticks.ts';

/** Where a panel lies, in pixels, its tick labels inside. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A panel with axes. */
export interface Panel extends Box {
  readonly title: string;
  /** Below the title, smaller. */
  readonly note?: string;
  readonly xs: readonly [number, number];
  readonly ys: readonly [number, number];
  /** Whether the horizontal axis counts, so that there is nothing between two whole numbers. */
  readonly counts: boolean;
  /** Whether numbers stand at the vertical axis. */
  readonly numbers: boolean;
  /** What is drawn inside, from functions that turn values into pixels. */
  draw(toX: (value: number) => number, toY: (value: number) => number): string;
}

const margin = { left: 46, right: 8, top: 34, bottom: 20 };

/** A panel as SVG: grid, frame, ticks, title and content. */
export function drawPanel({ x, y, width, height, title, note, xs, ys, counts, numbers, draw }: Panel): string {
  const [left, right, top, bottom] = [x + margin.left, x + width - margin.right, y + margin.top, y + height - margin.bottom];
  const toX = (value: number): number => left + ((value - xs[0]) / (xs[1] - xs[0] || 1)) * (right - left);
  const toY = (value: number): number => bottom - ((value - ys[0]) / (ys[1] - ys[0] || 1)) * (bottom - top);
  const level = ticksOf(ys, 5).map(
    (value) =>
      element('line', { x1: left, x2: right, y1: toY(value), y2: toY(value), class: value === 0 ? 'zero' : 'grid' }) +
      (numbers ? label(tickText(value), left - 5, toY(value) + 4, 'small end') : ''),
  );
  const marks = ticksOf(xs, Math.max(2, Math.floor(width / 60))).filter((value) => !counts || Number.isInteger(value));
  const upright = marks.map(
    (value) =>
      element('line', { x1: toX(value), x2: toX(value), y1: bottom, y2: bottom + 4, class: 'frame' }) +
      label(tickText(value), toX(value), bottom + 16, 'small middle'),
  );
  const frame = element('rect', { x: left, y: top, width: right - left, height: bottom - top, class: 'frame' });
  const words = label(title, left, y + 14, 'title') + (note === undefined ? '' : label(note, left, y + 28, 'small'));
  return element('g', {}, [...level, draw(toX, toY), frame, ...upright, words].join(''));
}
