import { imageFolder, shuffled } from '@viewforge/data';
import { ntXent } from '@viewforge/losses';
import { bothWays } from '@viewforge/pairings';
import { views } from '@viewforge/run';
import { features, type Features, type Tensor, values } from '@viewforge/tensor';
import { inceptionCrop } from '@viewforge/views-simclr';

// A trainer of your own: here one linear layer, 768 -> 32, in plain TypeScript.
const [inputs, outputs, rate, epochs] = [3 * 16 * 16, 32, 0.1, 60];
const weights = Float64Array.from({ length: inputs * outputs }, (_, i) => 0.05 * Math.sin(i + 1));
const loss = ntXent({ temperature: 0.5 });
const pairing = bothWays();
let state = pairing.start();
let sum = 0;

for await (const step of views({
  source: imageFolder({ root: 'examples/photos' }),
  sampler: shuffled(),
  plan: inceptionCrop({ size: 16 }),
  seed: 7,
  epochs,
  batchSize: 10,
  reuse: true, // the views of a step hold until the next one is asked for
})) {
  const pair = step.views['view']!.map(({ values: batch }) => batch); // two tensors [10, 3, 16, 16]
  const embedded = pair.map((batch) => ({ features: embed(batch), blend: { kind: 'identity' as const } }));
  const paired = pairing.pair({ items: step.items, views: { view: embedded } }, state, {
    ...step,
    fraction: step.epoch / epochs,
  });
  const { value, gradients } = loss.differentiate(paired.batch);
  paired.pullback(gradients)['view']!.forEach((gradient, i) => void learn(pair[i]!, gradient));
  state = paired.state;
  sum += value;
  if (step.epoch % 10 === 9) {
    console.log(`epoch ${step.epoch + 1}: mean NT-Xent of the last ten ${(sum / 10).toFixed(3)}`);
    sum = 0;
  }
}

/** [n, 32] = images [n, 768], brought to [-0.5, 0.5], times weights [768, 32]. */
function embed(batch: Tensor): Features {
  const [n, x] = [batch.shape[0]!, values(batch)];
  const z = new Float32Array(n * outputs);
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < inputs; i++) {
      const input = x[row * inputs + i]! - 0.5;
      for (let o = 0; o < outputs; o++) z[row * outputs + o]! += input * weights[i * outputs + o]!;
    }
  }
  return features(z, n, outputs);
}

/** One step of gradient descent: the gradient of the weights is the images, transposed, times that of the embeddings. */
function learn(batch: Tensor, gradient: Features): void {
  const [n, x, g] = [batch.shape[0]!, values(batch), values(gradient)];
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < inputs; i++) {
      const step = rate * (x[row * inputs + i]! - 0.5);
      for (let o = 0; o < outputs; o++) weights[i * outputs + o]! -= step * g[row * outputs + o]!;
    }
  }
}
