import type { Operation } from '@viewforge/augment';
import { createRandom } from '@viewforge/random';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { autoAugment } from './auto-augment.ts';
import { autoAugmentPolicies } from './auto-augment-policies.ts';

const start = { epoch: 0, fraction: 0 };
const shape = [3, 331, 331];

obeysAugmenterLaws(autoAugment, [...exampleImages(), rampImage(1, 9, 6)]);

const namesOf = (operations: readonly Operation[]) => operations.map(({ op }) => op).join(' ');
const names = Object.keys(autoAugmentPolicies) as (keyof typeof autoAugmentPolicies)[];

describe.each(names)('%s', (policy) => {
  const subPolicies = autoAugmentPolicies[policy];
  const part = autoAugment({ policy });
  const drawn = Array.from({ length: 25_000 }, (_, seed) => part.draw(shape, createRandom(seed), start));

  test('has 25 sub-policies of tenths and magnitudes 0 … 9', () => {
    expect(subPolicies.length).toBe(25);
    for (const [, p, magnitude, , otherP, otherMagnitude] of subPolicies) {
      for (const each of [p, otherP]) expect(Math.round(each * 10) / 10).toBe(each);
      for (const each of [magnitude, otherMagnitude]) expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).toContain(each);
    }
  });

  test('draws each sub-policy as often, and its operations as often as it says', () => {
    subPolicies.forEach(([first, p, , second, otherP], index) => {
      const own = drawn.filter(({ subPolicy }) => subPolicy === index);
      // 1000 of each, deviation 31; the smallest of 75 shares is seldom beyond 3.5 deviations
      expect(Math.abs(own.length - 1000)).toBeLessThan(3.5 * 31);
      const total = own.reduce((sum, { operations }) => sum + operations.length, 0);
      const deviation = Math.sqrt(own.length * (p * (1 - p) + otherP * (1 - otherP)));
      expect(Math.abs(total - own.length * (p + otherP))).toBeLessThanOrEqual(3.5 * deviation + 1e-9);
      const pairs = new Set(own.filter(({ operations }) => operations.length === 2).map(({ operations }) => namesOf(operations)));
      const singles = new Set(
        own.filter(({ operations }) => operations.length === 1).map(({ operations }) => namesOf(operations)),
      );
      expect([...pairs].filter((names) => names !== `${first} ${second}`)).toEqual([]);
      expect([...singles].filter((name) => name !== first && name !== second)).toEqual([]);
    });
  });
});

/** The tables once more, in the shorthand of their authors: probability in tenths / magnitude. */
test.each([
  [
    'imagenet',
    'P4/8+R6/9; So6/5+AC6/5; Eq8/8+Eq6/3; P6/7+P6/6; Eq4/7+So2/4',
    'Eq4/4+R8/8; So6/3+Eq6/7; P8/5+Eq10/2; R2/3+So6/8; Eq6/8+P4/6',
    'R8/8+Co4/0; R4/9+Eq6/2; Eq0/7+Eq8/8; In6/4+Eq10/8; Co6/4+Cn10/8',
    'R8/8+Co10/2; Co8/8+So8/7; Sh4/7+In6/8; SX6/5+Eq10/9; Co4/0+Eq6/3',
    'Eq4/7+So2/4; So6/5+AC6/5; In6/4+Eq10/8; Co6/4+Cn10/8; Eq8/8+Eq6/3',
  ],
  [
    'cifar10',
    'In1/7+Cn2/6; R7/2+TX3/9; Sh8/1+Sh9/3; SY5/8+TY7/9; AC5/8+Eq9/2',
    'SY2/7+P3/7; Co4/3+Br6/7; Sh3/9+Br7/9; Eq6/5+Eq5/1; Cn6/7+Sh6/5',
    'Co7/7+TX5/8; Eq3/7+AC4/8; TY4/3+Sh2/6; Br9/6+Co2/8; So5/2+In0/3',
    'Eq2/0+AC6/0; Eq2/8+Eq6/4; Co9/9+Eq6/6; AC8/4+So2/8; Br1/3+Co7/0',
    'So4/5+AC9/3; TY9/9+TY7/9; AC9/2+So8/3; Eq8/8+In1/3; TY7/9+AC9/1',
  ],
  [
    'svhn',
    'SX9/4+In2/3; SY9/8+In7/5; Eq6/5+So6/6; In9/3+Eq6/3; Eq6/1+R9/3',
    'SX9/4+AC8/3; SY9/8+In4/5; SY9/5+So2/6; In9/6+AC8/1; Eq6/3+R9/3',
    'SX9/4+So3/3; SY8/8+In7/4; Eq9/5+TY6/6; In9/4+Eq6/7; Cn3/3+R8/4',
    'In8/5+TY0/2; SY7/6+So4/8; In6/4+R8/4; SY3/7+TX9/3; SX1/6+In6/5',
    'So7/2+TY6/7; SY8/4+In8/8; SX7/9+TY8/3; SY8/5+AC7/3; SX7/2+In1/5',
  ],
] as const)('the sub-policies of %s are those of the paper', (policy, ...rows) => {
  const short: Record<string, string> = {
    ...{ posterize: 'P', rotate: 'R', solarize: 'So', autocontrast: 'AC', equalize: 'Eq', invert: 'In', color: 'Co' },
    ...{ contrast: 'Cn', sharpness: 'Sh', brightness: 'Br' },
    ...{ 'shear-x': 'SX', 'shear-y': 'SY', 'translate-x': 'TX', 'translate-y': 'TY' },
  };
  const written = autoAugmentPolicies[policy].map(
    ([name, p, magnitude, other, otherP, otherMagnitude]) =>
      `${short[name]}${p * 10}/${magnitude}+${short[other]}${otherP * 10}/${otherMagnitude}`,
  );
  expect(written).toEqual(rows.flatMap((row) => row.split('; ')));
});

describe('what a magnitude becomes', () => {
  /** The first draw of this sub-policy with both operations. */
  function both(policy: (typeof names)[number], subPolicy: number, sign: number): readonly Operation[] {
    const part = autoAugment({ policy });
    for (let seed = 0; ; seed++) {
      const drawn = part.draw(shape, createRandom(seed), start);
      if (drawn.subPolicy !== subPolicy || drawn.operations.length !== 2) continue;
      const last = Object.values(drawn.operations[1]!)[1] as number;
      if (Math.sign(last) === sign) return drawn.operations;
    }
  }

  test('posterize 8 and rotate 9 keep 4 bits and turn by 30 degrees', () => {
    expect(both('imagenet', 0, -1)).toEqual([
      { op: 'posterize', bits: 4 },
      { op: 'rotate', degrees: -30 },
    ]);
  });

  test('color at index 0 is the identity', () => {
    expect(both('imagenet', 10, 1)[1]).toEqual({ op: 'color', factor: 1 });
  });

  test('rotate 2 and translate 9 turn by 60/9 degrees and move by 150 of 331 pixels', () => {
    const [turn, move] = both('cifar10', 1, 1) as unknown as [{ degrees: number }, { pixels: number }];
    expect(Math.abs(turn.degrees)).toBeCloseTo(60 / 9, 12);
    expect(move.pixels).toBeCloseTo(150, 12);
  });

  test('solarize 2 inverts from 200 on', () => {
    // 256 (1 - 2/9) = 199.1, and no level lies between that and 200
    expect(both('svhn', 20, 1)[0]).toEqual({ op: 'solarize', threshold: 200 });
  });
});
