// The entry of a session's thread: opens one model, then answers one request after the other.
import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import { createHeldValues, type HeldValues } from './held-values.ts';
import { openModel, reasonOf, runModel } from './model-runs.ts';
import type { Answer, Payloads, Request, SessionSetup, StopFlag } from './session-messages.ts';

if (parentPort === null) throw new Error('session-worker: expected to run in a worker thread');
const port = parentPort;
const { stop, ...setup } = workerData as SessionSetup & { readonly stop: StopFlag };

const { session, answer } = await openModel(setup);
port.postMessage(answer);
if (session === undefined) port.close();
else serve(session, createHeldValues());

function serve(session: InferenceSession, held: HeldValues): void {
  // a run takes several turns of this thread: what comes in between waits for it
  let line: Promise<void> = Promise.resolve();
  let count = 0;
  port.on('message', (request: Request) => {
    const place = count++;
    line = line.then(() => (request.kind === 'close' ? end(session) : answerTo(session, held, request, place)));
  });
}

async function end(session: InferenceSession): Promise<void> {
  await session.release();
  port.close();
}

async function answerTo(
  session: InferenceSession,
  held: HeldValues,
  request: Exclude<Request, { kind: 'close' }>,
  place: number,
): Promise<void> {
  const end = Atomics.load(stop, 0);
  if (end !== -1 && place >= end) return reply({ kind: 'stopped' }, []);
  try {
    if (request.kind === 'run') {
      const { feeds, outputs: names } = request;
      const outputs = await runModel(session, held.feedsOf(request), names);
      return reply({ kind: 'result', outputs, feeds }, [outputs, feeds]);
    }
    if (request.kind === 'hold') held.hold(request.name, request.feeds);
    else held.drop(request.name);
    reply({ kind: 'result', outputs: {}, feeds: {} }, []);
  } catch (error) {
    reply({ kind: 'error', reason: reasonOf(error) }, []);
  }
}

function reply(message: Answer, buffers: readonly Payloads[]): void {
  const moved = buffers.flatMap((payloads) => Object.values(payloads).map(({ data }) => data.buffer as ArrayBuffer));
  port.postMessage(message, [...new Set(moved)]);
}
