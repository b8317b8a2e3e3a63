// The entry of a thread of a team: compares the queries it was given with all keys.
import { parentPort } from 'node:worker_threads';
import { features } from '@viewforge/tensor';
import { addKeys } from './add-keys.ts';
import type { TeamAnswer, TeamRequest } from './search-messages.ts';
import { openParts, type SearchPart } from './search-part.ts';
import { topKeysOf } from './top-keys-of.ts';

if (parentPort === null) throw new Error('search-worker: expected to run in a worker thread');
const port = parentPort;

interface State {
  readonly request: Extract<TeamRequest, { kind: 'open' }>;
  readonly parts: readonly SearchPart[];
  readonly broken: number[];
  columns: number;
}

let state: State | undefined;

port.on('message', (request: TeamRequest) => {
  if (request.kind === 'open') {
    const { search, rows, first } = request;
    state = { request, parts: openParts(search, rows, first), broken: [], columns: 0 };
    return;
  }
  if (state === undefined) throw new Error('search-worker: expected an open search, got none');
  if (request.kind === 'add') {
    add(state, request);
    port.postMessage({ kind: 'added' } satisfies TeamAnswer);
    return;
  }
  const top = topKeysOf(state.request.search, state.parts, state);
  const buffers = [top.columns, top.scores, top.counts].map(({ buffer }) => buffer as ArrayBuffer);
  port.postMessage({ kind: 'found', top } satisfies TeamAnswer, buffers);
  state = undefined;
});

function add(to: State, { data, n }: Extract<TeamRequest, { kind: 'add' }>): void {
  const { search, rows } = to.request;
  const block = features(data, n, rows.d);
  const found = to.parts.map((part) => addKeys(part, search, [block], to.columns));
  for (const column of found[0] ?? []) to.broken.push(column);
  to.columns += n;
}
