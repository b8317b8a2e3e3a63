import { type Image, values } from '@viewforge/tensor';
import { levelCounts, lookUp } from './levels.ts';

/**
 * An image [c, h, w] whose channels have, each by itself, levels spread as evenly as they allow: level i becomes
 * floor((half a step + how many values lie below i) / step), at most 255, where a step is the count of all values but those at the highest
 * level, divided by 255 and rounded down. Results are levels / 255. A channel with fewer than two levels, or with so few
 * values that a step is 0, keeps its levels.
 */
export function equalize(input: Image): Image {
  const [channels, height, width] = input.shape as [number, number, number];
  const data = values(input);
  const plane = height * width;
  return lookUp(
    input,
    Array.from({ length: channels }, (_, c) => equalizingTable(levelCounts(data, c * plane, (c + 1) * plane))),
  );
}

function equalizingTable(counts: Uint32Array): Float32Array {
  const highest = counts.findLastIndex((count) => count > 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const step = Math.floor((total - counts[highest]!) / 255); // 0 as well where there is one level only
  let below = Math.floor(step / 2);
  return Float32Array.from(counts, (count, level) => {
    const result = step === 0 ? level : Math.min(255, Math.floor(below / step));
    below += count;
    return result / 255;
  });
}
