import { createRandom } from '@viewforge/random';
import { tensor, values } from '@viewforge/tensor';
import { exampleViewBatch, mixerPullbackError, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { channelDrop } from './channel-drop.ts';
import { onViews } from './on-views.ts';

const [batch, progress] = [exampleViewBatch([4, 6]), { epoch: 0, step: 0, fraction: 0, stages: 2 }];
const mixer = channelDrop({ share: 0.5 });
const part = onViews(mixer, { role: 'global', views: [0, 2] });
const drawnAt = (context: object) => part.draw(batch, createRandom(1), { ...progress, ...context });

obeysMixerLaws(part, [batch]);

test('the views that were chosen are mixed as the mixer does, the others not', () => {
  const drawn = drawnAt({ role: 'global', index: 2 })!;
  expect(drawn).toEqual([mixer.draw(batch, createRandom(1), progress)]);
  expect(values(part.apply(batch, drawn).values)).toEqual(values(mixer.apply(batch, drawn[0]).values));
  expect(part.stageOf!(drawn)).toBe(2);
  for (const other of [
    { role: 'global', index: 1 },
    { role: 'local', index: 0 },
  ])
    expect(drawnAt(other)).toBeNull();
  expect(part.apply(batch, null)).toBe(batch);
  expect(part.stageOf!(null)).toBe(0);
});

test('without a role, an index or a choice everything is mixed', () => {
  expect(drawnAt({})).not.toBeNull();
  expect(onViews(mixer, {}).draw(batch, createRandom(1), { ...progress, role: 'any', index: 9 })).not.toBeNull();
});

test('gradients go back through the mixer where it mixed', () => {
  expect(mixerPullbackError(part, batch, drawnAt({ role: 'global', index: 0 })).worst).toBeLessThan(1e-6);
  const gradients = { values: tensor(new Float64Array(24).fill(1), [4, 6]) };
  expect(part.pullback!(batch, null, gradients)).toBe(gradients);
});
