// The entry of a session's thread: opens one model, then answers one request after the other.
import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import { openModel, reasonOf, runModel } from './model-runs.ts';
import type { Answer, Payloads, Request, SessionSetup } from './session-messages.ts';

if (parentPort === null) throw new Error('session-worker: expected to run in a worker thread');
const port = parentPort;

const { session, answer } = await openModel(workerData as SessionSetup);
port.postMessage(answer);
if (session === undefined) port.close();
else serve(session);

function serve(session: InferenceSession): void {
  // a run takes several turns of this thread: what comes in between waits for it
  let line: Promise<void> = Promise.resolve();
  port.on('message', (request: Request) => {
    line = line.then(() => (request.kind === 'close' ? end(session) : answerRun(session, request)));
  });
}

async function end(session: InferenceSession): Promise<void> {
  await session.release();
  port.close();
}

async function answerRun(session: InferenceSession, { feeds, outputs: names }: Extract<Request, { kind: 'run' }>): Promise<void> {
  try {
    const outputs = movable(await runModel(session, feeds, names));
    reply({ kind: 'result', outputs, feeds }, [outputs, feeds]);
  } catch (error) {
    reply({ kind: 'error', reason: reasonOf(error) }, []);
  }
}

/** Copies on buffers that can be handed over: ONNX Runtime owns those its results stand in. */
function movable(outputs: Payloads): Payloads {
  return Object.fromEntries(Object.entries(outputs).map(([name, each]) => [name, { ...each, data: each.data.slice() }]));
}

function reply(message: Answer, buffers: readonly Payloads[]): void {
  const moved = buffers.flatMap((payloads) => Object.values(payloads).map(({ data }) => data.buffer as ArrayBuffer));
  port.postMessage(message, [...new Set(moved)]);
}
