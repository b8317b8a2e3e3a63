import type { Running, Vectors } from '@viewforge/core';
import { openSearchTeam, searchTopAsync } from '@viewforge/miners';
import type { FindRows } from './mine-block.ts';
import { readBlocks } from '@viewforge/sinks';

/** Exact search, and the end of what it holds. */
export interface ExactFinder {
  readonly find: FindRows;
  close(): Promise<void>;
}

/** Compares queries with every row, in so many threads, or without threads in the one that asks. An abort ends the threads. */
export function openExactFinder(vectors: Vectors, threads: number, running: Running): ExactFinder {
  const keys = () => readBlocks(vectors, running);
  if (threads === 0) return { find: (queries, wanted) => searchTopAsync({ queries, ...wanted, keys: keys() }), async close() {} };
  const team = openSearchTeam(threads);
  const stop = (): void => void team.close();
  running.signal.addEventListener('abort', stop, { once: true });
  return {
    async find(queries, wanted) {
      try {
        return await team.search({ queries, ...wanted, keys: keys() });
      } catch (cause) {
        running.signal.throwIfAborted(); // the end of a thread would be the reason otherwise
        throw cause;
      }
    },
    async close() {
      running.signal.removeEventListener('abort', stop);
      await team.close();
    },
  };
}
