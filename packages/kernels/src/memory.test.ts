import { expect, test } from 'vitest';
import { allocate, flipPlanes, withArena, withTwins } from './index.ts';
import { addressOf } from './memory.ts';

const row = { count: 1, height: 1, width: 3 };

test('results outside an arena are ordinary arrays, inside they lie on the kernel memory', () => {
  const from = Float32Array.of(1, 2, 3);
  expect(addressOf(flipPlanes(from, row))).toBeUndefined();
  withArena(() => {
    const flipped = flipPlanes(from, row);
    expect(addressOf(flipped)).toBeGreaterThan(0);
    expect([...flipped]).toEqual([3, 2, 1]);
  });
});

test('an arena gives its memory back, also when the work throws', () => {
  const first = withArena(() => addressOf(allocate(10)));
  expect(() => withArena(() => failAfter(allocate(1000)))).toThrow('on purpose');
  expect(withArena(() => addressOf(allocate(10)))).toBe(first);
});

test('an inner arena gives back only its own', () => {
  withArena(() => {
    const kept = allocate(4).fill(7);
    const inner = withArena(() => addressOf(allocate(4).fill(8)));
    expect([...kept]).toEqual([7, 7, 7, 7]);
    expect(addressOf(allocate(4))).toBe(inner);
  });
});

test('views handed out before the memory grows stay valid and are still read in place', () => {
  withArena(() => {
    const early = allocate(3);
    early.set([1, 2, 3]);
    const large = allocate(4_000_000); // 16 MB, more than the memory starts with
    expect(large.buffer.byteLength).toBeGreaterThan(early.buffer.byteLength);
    large.fill(5);
    expect([...early]).toEqual([1, 2, 3]);
    expect(addressOf(early)).toBeGreaterThan(0);
    expect([...flipPlanes(early, row)]).toEqual([3, 2, 1]);
    early[0] = 9;
    expect([...flipPlanes(early, row)]).toEqual([3, 2, 9]);
  });
});

test('what does not fit into the kernel memory is an ordinary array, and the arena goes on', () => {
  withArena(() => {
    const huge = allocate(300_000_000); // 1.2 GB of untouched zeros, over the 1 GiB that the memory may have
    expect(addressOf(huge)).toBeUndefined();
    expect(addressOf(allocate(10))).toBeGreaterThan(0);
  });
});

test('without kernels an arena hands out ordinary arrays', () => {
  withTwins(() => withArena(() => expect(addressOf(allocate(3))).toBeUndefined()));
});

test('asynchronous work is refused, because its memory would be released while it waits', () => {
  expect(() => withArena(async () => 1)).toThrow('withArena: expected synchronous work');
});

function failAfter(_work: Float32Array): never {
  throw new Error('on purpose');
}
