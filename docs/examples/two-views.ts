import { imageFolder, shuffled } from '@viewforge/data';
import { ntXent } from '@viewforge/losses';
import { scattering } from '@viewforge/onnx';
import { bothWays } from '@viewforge/pairings';
import { run } from '@viewforge/run';
import { simclr } from '@viewforge/views-simclr';

const source = imageFolder({ root: 'examples/photos' });
const plan = simclr({ size: 64 });
const encoder = scattering();

for await (const step of run({
  source,
  sampler: shuffled(),
  plan,
  encoder,
  pairing: bothWays(),
  loss: ntXent(),
  batchSize: 5,
  seed: 7,
})) {
  console.log(`${step.items.length} items, ${step.counts.views} views so far, NT-Xent ${step.loss.value.toFixed(3)}`);
}
await encoder.close();
