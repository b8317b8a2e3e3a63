// The two encoders that are made in code, on batches of 20 images of 64 x 64 pixels: wall clock an image.
import { randomNetwork, scattering } from '@viewforge/onnx';
import { tensor } from '@viewforge/tensor';
import { seeded } from './simclr.mjs';
import { interleave, milliseconds } from './timing.mjs';

const count = 20;
const running = { signal: new AbortController().signal };

/** Times both in turns. Gives { name, notes, times: { name: ms an image }, ratios: [] }. */
export async function benchEncoders({ rounds = 40 } = {}) {
  const encoders = { scattering: scattering(), 'random network': randomNetwork() };
  const uniform = seeded(1);
  const image = tensor(Float32Array.from({ length: count * 3 * 64 * 64 }, uniform), [count, 3, 64, 64]);
  const contestants = Object.entries(encoders).map(([name, encoder]) => [
    name,
    async () => (await milliseconds(() => encoder.encode({ image }, running))) / count,
  ]);
  await interleave(contestants, 3);
  const times = await interleave(contestants, Math.ceil(rounds / 2));
  for (const encoder of Object.values(encoders)) await encoder.close();
  return { name: 'encoders, an image of 64 x 64', notes: [], times, ratios: [] };
}
