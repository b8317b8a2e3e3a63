import { Worker } from 'node:worker_threads';
import { ViewforgeError } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { openDoubleSearch } from './double-search.ts';
import { type FloatRows, floatRowsOf } from './float-rows.ts';
import { floatsAtOnce } from './float-search.ts';
import { gatherRows } from './gather-rows.ts';
import { checkBlock, type Search, wholeSearch, type WholeSearch } from './search.ts';
import type { TeamAnswer, TeamRequest } from './search-messages.ts';
import type { TopKeys } from './top-lists.ts';

/** Threads that search together. */
export interface SearchTeam {
  /**
   * What `searchTop` finds, to the bit, each thread comparing its share of the queries with all keys; queries in float64 are compared in the
   * thread that asks. One search at a time. Rejects as `searchTopAsync` does, and with WORKER where a thread ended.
   */
  search(search: Search & { readonly keys: AsyncIterable<Features> | Iterable<Features> }): Promise<TopKeys>;
  /** Ends the threads, whatever they are doing. */
  close(): Promise<void>;
}

/** Starts threads that wait for searches; they do not keep the process alive while they have none. */
export function openSearchTeam(threads: number): SearchTeam {
  if (!(Number.isSafeInteger(threads) && threads >= 1)) {
    throw new ViewforgeError('OPTION', 'search-team', `expected threads that are a whole number >= 1, got ${threads}`);
  }
  const seats = Array.from({ length: threads }, openSeat);
  let isBusy = false;
  return {
    async search(search) {
      if (isBusy) throw new RangeError('searchTeam: expected one search at a time');
      isBusy = true;
      try {
        const whole = wholeSearch(search);
        if (whole.queries.data instanceof Float32Array) return await searchTogether(seats, whole, search.keys);
        const alone = openDoubleSearch(whole);
        for await (const block of search.keys) alone.add(block);
        return alone.finish();
      } finally {
        isBusy = false;
      }
    },
    async close() {
      await Promise.all(seats.map((seat) => seat.close()));
    },
  };
}

/** A thread, and the answers it owes. */
interface Seat {
  tell(request: TeamRequest): void;
  /** Resolves with the answer to the oldest request that is answered and was not waited for yet. */
  answer(): Promise<TeamAnswer>;
  close(): Promise<void>;
}

function openSeat(): Seat {
  const worker = new Worker(new URL('../dist/search-worker.js', import.meta.url), { execArgv: [] });
  const waiting: { resolve(answer: TeamAnswer): void; reject(cause: unknown): void }[] = [];
  let ended: ViewforgeError | undefined;
  const end = (cause: unknown): void => {
    const reason = cause instanceof Error ? cause.message : `exit code ${cause}`;
    ended ??= new ViewforgeError('WORKER', 'search-team', `expected a thread that searches, got one that ended: ${reason}`, {
      cause,
    });
    for (const each of waiting.splice(0)) each.reject(ended);
  };
  worker.on('error', end).on('exit', end);
  worker.on('message', (answer: TeamAnswer) => {
    waiting.shift()?.resolve(answer);
    if (waiting.length === 0) worker.unref();
  });
  worker.unref();
  return {
    tell: (request) => worker.postMessage(request),
    answer: () =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        waiting.push({ resolve, reject });
        worker.ref();
      }),
    async close() {
      await worker.terminate();
    },
  };
}

/** Blocks of keys that are on their way to the threads at a time. */
const blocksAhead = 2;

async function searchTogether(
  all: readonly Seat[],
  search: WholeSearch,
  keys: AsyncIterable<Features> | Iterable<Features>,
): Promise<TopKeys> {
  const rows = floatRowsOf(search.queries, search.similarity);
  const each = Math.max(1, Math.ceil(rows.n / all.length));
  const seats = all.slice(0, Math.max(1, Math.ceil(rows.n / each)));
  open(seats, search, rows, each);
  const ring = openRing(seats, rows.d);
  const inFlight: Promise<unknown>[] = [];
  const gathering = gatherRows(rows.d, floatsAtOnce, (block) => ring.add(block, inFlight));
  let columns = 0;
  try {
    for await (const block of keys) {
      checkBlock(search, block, columns);
      columns += block.shape[0]!;
      gathering.add(block);
      while (inFlight.length > blocksAhead) await inFlight.shift();
    }
    gathering.flush();
  } finally {
    await Promise.all(inFlight); // the next search must not find answers to this one
  }
  const found = await Promise.all(
    seats.map((seat) => {
      const answer = seat.answer();
      seat.tell({ kind: 'finish' });
      return answer;
    }),
  );
  return joined(found.map((answer) => (answer as Extract<TeamAnswer, { kind: 'found' }>).top));
}

function open(seats: readonly Seat[], { queries: _, ...search }: WholeSearch, { data, n, d }: FloatRows, each: number): void {
  for (const [i, seat] of seats.entries()) {
    const [first, last] = [i * each, Math.min(n, (i + 1) * each)];
    seat.tell({ kind: 'open', search, rows: { data: data.slice(first * d, last * d), n: last - first, d }, first });
  }
}

/** Shared memory for blocks of keys: what all threads have read is used again. */
function openRing(seats: readonly Seat[], d: number) {
  const free: Float32Array[] = [];
  const most = Math.max(1, Math.ceil(floatsAtOnce / Math.max(1, d)));
  return {
    /** In place: hands a block over, in pieces, and adds when each was read. */
    add(block: Features, inFlight: Promise<unknown>[]): void {
      const from = values(block);
      for (let first = 0; first < block.shape[0]!; first += most) {
        const n = Math.min(most, block.shape[0]! - first);
        const room = free.pop() ?? new Float32Array(new SharedArrayBuffer(4 * most * d));
        const data = room.subarray(0, n * d);
        data.set(from.subarray(first * d, (first + n) * d));
        const answers = seats.map((seat) => {
          const answer = seat.answer();
          seat.tell({ kind: 'add', data, n });
          return answer;
        });
        const done = Promise.all(answers).then(() => free.push(room));
        done.catch(() => undefined); // it is looked at when its turn comes, which may be after a thread ended
        inFlight.push(done);
      }
    },
  };
}

function joined(parts: readonly TopKeys[]): TopKeys {
  const count = parts[0]!.count;
  const n = parts.reduce((sum, { counts }) => sum + counts.length, 0);
  const all: TopKeys = {
    columns: new Int32Array(n * count),
    scores: new Float64Array(n * count),
    counts: new Int32Array(n),
    count,
  };
  let at = 0;
  for (const part of parts) {
    all.columns.set(part.columns, at * count);
    all.scores.set(part.scores, at * count);
    all.counts.set(part.counts, at);
    at += part.counts.length;
  }
  return all;
}
