import { Worker } from 'node:worker_threads';
import { ViewforgeError } from '@viewforge/core';
import { elements } from '@viewforge/tensor';
import type { MadeItem } from '../make-item.ts';
import { createRing, placeInRing, type RingMemory } from '../ring.ts';
import type { Maker } from './maker.ts';
import { type Answer, errorFrom, type Job, type Told, type WorkerTask } from './task.ts';

/** Works for src and for dist: workers run built code. */
const entry = new URL('../../dist/workers/view-worker.js', import.meta.url);
/** Jobs a worker holds at a time: one being decoded while another is made. */
const held = 2;

type Made = Extract<Answer, { made: unknown }>;
interface Pending {
  readonly job: Job;
  readonly resolve: (made: MadeItem) => void;
  readonly reject: (reason: unknown) => void;
  deaths: number;
}
interface Seat {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
}

/** What a pool is opened with. */
export interface PoolOptions {
  readonly task: WorkerTask;
  /** Worker threads. */
  readonly count: number;
  /** Rows of the ring that finished views are written into. */
  readonly rows: number;
  idOf(index: number): string;
  readonly signal: AbortSignal;
}

/**
 * A pool of worker threads that make items, into one ring of shared memory once the first item tells how large views are.
 * A worker that dies is replaced and its items are tried once more; an item whose worker dies twice rejects with WORKER.
 * An aborted signal rejects everything at once with its reason and ends the workers, whatever they are doing.
 */
export function openPool({ task, count, rows, idOf, signal }: PoolOptions): Maker {
  const waiting: Pending[] = [];
  let closed = false;
  let jobs = 0;
  let deathsInARow = 0;
  let broken: ViewforgeError | undefined;
  let ring: RingMemory | undefined;
  const tell = (seat: Seat, told: Told): void => seat.worker.postMessage(told);
  const hire = (): Seat => {
    const seat: Seat = { worker: new Worker(entry, { workerData: task, execArgv: [] }), pending: new Map() };
    if (ring !== undefined) tell(seat, { ring });
    seat.worker.on('message', (answer: Answer) => settle(seat, answer));
    seat.worker.on('error', (cause) => replace(seat, cause));
    seat.worker.on('exit', (code) => replace(seat, new Error(`exit code ${code}`)));
    seat.worker.unref(); // until it has work: nobody may ask for another step, and the process should end then
    return seat;
  };
  const settle = (seat: Seat, answer: Answer): void => {
    if (closed) return; // a late answer must not let go of a worker whose end is waited for
    const pending = takeBack(seat, answer.job);
    deathsInARow = 0;
    if ('made' in answer) {
      pending?.resolve(itemFrom(answer, ring, pending.job.row));
      if (ring === undefined) {
        ring = createRing(rows, answer.shapes.map(elements), true);
        for (const each of seats) tell(each, { ring });
      }
    } else pending?.reject(errorFrom(answer.error));
    assign();
  };
  const replace = (seat: Seat, cause: unknown): void => {
    const place = seats.indexOf(seat);
    if (closed || place === -1) return;
    if (++deathsInARow > 2 * count) {
      const message = `expected workers that stay alive, but ${deathsInARow} died in a row (${reasonOf(cause)})`;
      broken = new ViewforgeError('WORKER', 'pool', message, { cause });
      rejectAll(broken); // most likely they cannot even start
      return;
    }
    seats[place] = hire();
    const lost = [...seat.pending.values()];
    for (const pending of lost) if (++pending.deaths > 1) pending.reject(died(pending.job.id, cause));
    waiting.unshift(...lost.filter((pending) => pending.deaths <= 1));
    assign();
  };
  const assign = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const seat = seatFor(next, seats);
      if (seat === undefined) return;
      waiting.shift();
      handOver(seat, next);
    }
  };
  const rejectAll = (reason: unknown): void => {
    for (const pending of [...waiting.splice(0), ...seats.flatMap((seat) => [...seat.pending.values()])]) pending.reject(reason);
    for (const seat of seats) seat.pending.clear();
  };
  const end = async (reason: unknown): Promise<void> => {
    closed = true;
    signal.removeEventListener('abort', abort);
    rejectAll(reason);
    await Promise.all(seats.map(({ worker }) => worker.terminate()));
  };
  const abort = (): void => void end(signal.reason); // now: whoever aborts may never ask for another step
  const seats = Array.from({ length: count }, hire);
  signal.addEventListener('abort', abort, { once: true });

  return {
    workers: count,
    note: undefined,
    close: () => end(new ViewforgeError('WORKER', 'pool', 'expected an open pool, got one that was closed')),
    make: (index, epoch, row) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (broken) return reject(broken);
        waiting.push({ job: { job: jobs++, index, epoch, id: idOf(index), row }, resolve, reject, deaths: 0 });
        assign();
      }),
  };
}

/** In place: a job more for a worker, which keeps the process from ending while it has any. */
function handOver({ worker, pending }: Seat, next: Pending): void {
  pending.set(next.job.job, next);
  worker.ref();
  worker.postMessage(next.job satisfies Told);
}

/** In place: a job less; undefined when nobody waits for it any more. */
function takeBack({ worker, pending }: Seat, job: number): Pending | undefined {
  const found = pending.get(job);
  pending.delete(job);
  if (pending.size === 0) worker.unref();
  return found;
}

/** The item of an answer; views that were not sent along lie in its row of the ring. */
function itemFrom({ made, shapes, own }: Made, ring: RingMemory | undefined, row: number | undefined): MadeItem {
  const views = shapes.map((shape, place) => ({ shape, data: own[place] ?? placeInRing(ring!, row!, place) }));
  return { ...made, views };
}

/** The least busy worker with room for a job. One that was lost with its worker is tried alone, so that no other is blamed for it. */
function seatFor({ deaths }: Pending, seats: readonly Seat[]): Seat | undefined {
  const open = seats.filter(({ pending }) => [...pending.values()].every((each) => each.deaths === 0));
  const room = deaths > 0 ? 0 : held - 1;
  return open.filter(({ pending }) => pending.size <= room).sort((a, b) => a.pending.size - b.pending.size)[0];
}

function died(item: string, cause: unknown): ViewforgeError {
  const message = `expected a worker to make this item, but two died on it (${reasonOf(cause)})`;
  return new ViewforgeError('WORKER', item, message, { cause, item });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
