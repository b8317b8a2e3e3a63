// Resident memory of a long run: 2 000 small steps with a queue, mixers of embeddings and an encoder in a session; the
// same with a momentum encoder, and with MoCHi and a large queue; then many sessions that are
// opened and closed, one after the other. node --expose-gc bench/steady.mjs [steps]
import { onKeys } from '@viewforge/core';
import { featureNoise } from '@viewforge/augment';
import { nothings, readyImage } from './ready-views.mjs';
import { infoNce } from '@viewforge/losses';
import { mochi } from '@viewforge/mix-mochi';
import { mixerSession, momentumEncoder, randomNetwork, randomNetworkModel } from '@viewforge/onnx';
import { queue } from '@viewforge/pairings';
import { run } from '@viewforge/run';
import { definePlan } from '@viewforge/core';

const steps = Number(process.argv[2] ?? 2000);
const running = { signal: new AbortController().signal };
const plan = definePlan({
  name: 'two-ready',
  summary: 'Two ready images.',
  groups: () => [{ role: 'view', count: 2, augment: readyImage({ size: 32 }) }],
});

/** Megabytes of resident memory after the collector ran, where it may. */
function resident() {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1e6;
}

/** Threads of this process, sessions included. */
async function threads() {
  const { readFile } = await import('node:fs/promises');
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  return Number(/Threads:\s*(\d+)/.exec(status)?.[1] ?? Number.NaN);
}

const noise = [onKeys(featureNoise({ deviation: 0.01 }))];

async function longRun(name, encoder, { after = async () => {}, capacity = 1024, mixers = noise } = {}) {
  const options = {
    source: nothings({ count: 32 }),
    plan: plan(),
    encoder,
    pairing: queue({ capacity }),
    loss: infoNce(),
    mixers,
    ...{ seed: 1, batchSize: 32, epochs: steps, reuse: true },
  };
  const samples = [];
  for await (const { step } of run(options)) {
    await after();
    if (step % (steps / 20) === 0 || step === steps - 1) samples.push({ step, megabytes: resident() });
  }
  await encoder.close();
  for (const { step, megabytes } of samples) console.log(`${name}, step ${String(step).padStart(5)}: ${megabytes.toFixed(1)} MB`);
  const late = samples.filter(({ step }) => step >= steps / 4).map(({ megabytes }) => megabytes);
  console.log(`${name}: last three quarters, highest - lowest: ${(Math.max(...late) - Math.min(...late)).toFixed(1)} MB`);
}

await longRun('frozen encoder', randomNetwork({ width: 128 }));
const momentum = momentumEncoder({ model: randomNetworkModel({ seed: 1, width: 128 }) });
await longRun('momentum encoder', momentum, { after: () => momentum.update({}) });
const mixing = mixerSession(mochi({ warmUp: 0 }));
await longRun('MoCHi, queue of 65 536', randomNetwork({ width: 128 }), { capacity: 65_536, mixers: [mixing] });
const { graph, copiedBlocks } = mixing.counts();
await mixing.close();
console.log(
  `MoCHi: ${graph} steps through its model, ${(copiedBlocks / graph).toFixed(2)} blocks copied a step (64 of the queue at the first)`,
);

const before = { megabytes: resident(), threads: await threads() };
for (let i = 0; i < 60; i++) {
  const encoder = randomNetwork({ width: 128, seed: i });
  await encoder.open(running);
  if (i % 3 === 0) await encoder.encode({}, running).catch(() => {}); // an error on the way
  await encoder.close();
}
console.log(
  `60 sessions opened and closed: ${before.megabytes.toFixed(1)} -> ${resident().toFixed(1)} MB, ${before.threads} -> ${await threads()} threads`,
);
