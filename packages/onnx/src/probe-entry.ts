// The program that tries a provider: node probe-entry.js <provider> [<its configuration as JSON>], one line of JSON as its answer.
import { createGraph } from '@viewforge/graph';
import { env, InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';

const provider = process.argv[2] ?? 'cpu';
const config = JSON.parse(process.argv[3] ?? JSON.stringify(provider)) as InferenceSession.ExecutionProviderConfig;
const bundled = listSupportedBackends().some((backend) => backend.name === provider && backend.bundled);
const failure = await attempt();
process.stdout.write(`\n${JSON.stringify({ version: env.versions.node ?? '', bundled, failure })}\n`);

async function attempt(): Promise<string> {
  const graph = createGraph({ name: 'probe' });
  const x = graph.input('x', 'float32', [4]);
  graph.output('y', graph.node('Add', [x, x]), 'float32', [4]);
  try {
    const session = await InferenceSession.create(graph.bytes(), { executionProviders: [config] });
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [4]) });
    await session.release();
    return String(y?.data) === '2,4,6,8' ? '' : `expected 2,4,6,8 from a sum, got ${String(y?.data)}`;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).trim();
  }
}
