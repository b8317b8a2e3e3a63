// The entry of a session's thread: opens one model, then answers one request after the other.
import { parentPort, workerData } from 'node:worker_threads';
import type { TensorSpec } from '@viewforge/core';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { Answer, PassedOver, Payload, Payloads, Request, SessionSetup } from './session-messages.ts';

if (parentPort === null) throw new Error('session-worker: expected to run in a worker thread');
const port = parentPort;
// what ONNX Runtime has to say is in its errors; warnings would go to the terminal of whoever runs the main thread
env.logLevel = 'error';

const { session, answer } = await open(workerData as SessionSetup);
port.postMessage(answer);
if (session === undefined) port.close();
else serve(session);

async function open(setup: SessionSetup): Promise<{ session?: InferenceSession; answer: Answer }> {
  const failed: PassedOver[] = [];
  for (const provider of setup.providers) {
    try {
      const session = await create(setup, provider);
      const described = { inputs: describe(session.inputMetadata), outputs: describe(session.outputMetadata) };
      return { session, answer: { kind: 'opened', provider, failed, ...described } };
    } catch (error) {
      failed.push({ provider, reason: reasonOf(error) });
    }
  }
  return { answer: { kind: 'refused', failed } };
}

function create({ model, threads, spinning }: SessionSetup, provider: string): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: spinning ? '1' : '0' } } },
  };
  return typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options);
}

function describe(metadata: readonly InferenceSession.ValueMetadata[]): Record<string, TensorSpec> {
  return Object.fromEntries(
    metadata.map((value) => [
      value.name,
      value.isTensor ? { type: value.type, shape: value.shape } : { type: 'other', shape: [] },
    ]),
  );
}

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
    const result = await session.run(feedsOf(feeds), [...names]);
    const outputs = Object.fromEntries(Object.entries(result).map(([name, value]) => [name, payload(name, value as Tensor)]));
    reply({ kind: 'result', outputs, feeds }, [outputs, feeds]);
  } catch (error) {
    reply({ kind: 'error', reason: reasonOf(error) }, []);
  }
}

function feedsOf(feeds: Payloads): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(feeds).map(([name, { type, data, shape }]) => [name, new Tensor(type, data, shape)]));
}

/** A copy on a buffer that can be handed over: ONNX Runtime owns the one its results stand in. */
function payload(name: string, { type, data, dims }: Tensor): Payload {
  if (type !== 'float32' && type !== 'int32' && type !== 'int64') {
    throw new Error(`output ${name} is of type ${type}; float32, int32 and int64 can be handed over`);
  }
  return { type, shape: dims, data: (data as Payload['data']).slice() };
}

function reply(message: Answer, buffers: readonly Payloads[]): void {
  const moved = buffers.flatMap((payloads) => Object.values(payloads).map(({ data }) => data.buffer as ArrayBuffer));
  port.postMessage(message, [...new Set(moved)]);
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim();
}
