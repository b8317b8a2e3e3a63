import cliProgress from 'cli-progress';
import type { Terminal } from '../terminal.ts';

/** Shows how far a job is. */
export interface ProgressPrinter {
  /** `done` and `total` items, and views (or what else is counted) made so far. */
  update(done: number, total: number, views: number, note: string): void;
  /** Ends the bar, so that other text can follow. */
  stop(): void;
}

/** A bar with throughput where it can be drawn, otherwise a line every tenth of the way and not more often than every second. */
export function createProgress(terminal: Terminal, quiet: boolean, made = 'views'): ProgressPrinter {
  if (quiet) return { update: () => {}, stop: () => {} };
  return terminal.interactive ? bar(terminal, made) : lines(terminal, made);
}

function bar(terminal: Terminal, made: string): ProgressPrinter {
  const format = `{bar} {percentage}% | {value}/{total} items | {speed} ${made}/s | {note}`;
  const progress = new cliProgress.SingleBar({ format, hideCursor: true }, cliProgress.Presets.rect);
  const rate = throughput(terminal);
  return {
    update(done, total, views, note) {
      const payload = { speed: rate(views), note };
      if (progress.isActive) progress.update(done, payload);
      else progress.start(total, done, payload);
    },
    stop: () => progress.stop(),
  };
}

function lines(terminal: Terminal, made: string): ProgressPrinter {
  const rate = throughput(terminal);
  let tenth = 0;
  let last = Number.NEGATIVE_INFINITY;
  return {
    update(done, total, views, note) {
      const now = terminal.now();
      const reached = Math.floor((10 * done) / Math.max(1, total));
      if (done < total && (reached <= tenth || now - last < 1000)) return;
      tenth = reached;
      last = now;
      terminal.err(`${done}/${total} items, ${rate(views)} ${made}/s, ${note}`);
    },
    stop: () => {},
  };
}

/** Views a second since the printer was made. */
function throughput(terminal: Terminal): (views: number) => string {
  const start = terminal.now();
  return (views) => {
    const seconds = (terminal.now() - start) / 1000;
    return seconds > 0 ? (views / seconds).toFixed(views / seconds < 10 ? 1 : 0) : '0';
  };
}
