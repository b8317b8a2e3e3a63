import { describe, expect, test } from 'vitest';
import { isBefore, stageAt, stageShare, stageStrength } from './stages.ts';

describe('300 epochs in five stages', () => {
  test.each([
    [0, 0],
    [59, 0],
    [60, 1],
    [179, 2],
    [180, 3],
    [239, 3],
    [240, 4],
    [299, 4],
  ])('epoch %d lies in stage %d', (epoch, stage) => {
    expect(stageAt(epoch / 300, 5)).toBe(stage);
  });
});

test.each([1, 2, 3, 5, 7, 49])('one of %d stages is floor(stages x epoch / epochs), as whole numbers have it', (stages) => {
  const wrong: string[] = [];
  for (let epochs = 1; epochs <= 200; epochs++) {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const exact = (stages * epoch - ((stages * epoch) % epochs)) / epochs;
      if (stageAt(epoch / epochs, stages) !== exact) wrong.push(`${epoch} of ${epochs}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the strengths of four stages are 0.2, 0.466667, 0.733333 and 1; a single one is 1', () => {
  [0.2, 0.466667, 0.733333, 1].forEach((strength, stage) => {
    expect(stageStrength(stage, 4)).toBeCloseTo(strength, 6);
  });
  expect(stageStrength(0, 1)).toBe(1);
  expect([0, 1, 2].map((stage) => stageShare(stage, 3))).toEqual([0, 0.5, 1]);
});

test('an end that was reached up to rounding is reached', () => {
  expect(isBefore(0.6, 3 * 0.2)).toBe(false); // 3 x 0.2 is 0.6000000000000001
  expect(isBefore(0.59, 0.6)).toBe(true);
});
