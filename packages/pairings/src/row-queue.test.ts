import { features, type Features, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { addToQueue, blocksOf, emptyQueue, openQueue, queueAges, type RowQueue } from './row-queue.ts';

const four = { capacity: 4, startRandom: false, seed: 0 };

/** Rows of width 2 that point in directions named by a letter: the angle is the letter's place in the alphabet, in hundredths. */
const angleOf = (letter: string) => (letter.charCodeAt(0) - 96) / 100;
const rowsOf = (letters: string): Features =>
  features(
    Float64Array.from([...letters].flatMap((each) => [Math.cos(angleOf(each)), Math.sin(angleOf(each))])),
    letters.length,
    2,
  );
const itemsOf = (letters: string) => [...letters].map((id) => ({ id }));

function lettersOf(queue: RowQueue): string {
  return queue.chunks
    .flatMap(({ rows, ids }) =>
      ids.map((id, i) => {
        const angle = Math.atan2(rows[2 * i + 1]!, rows[2 * i]!);
        expect(angle).toBeCloseTo(id === null ? 0 : angleOf(id), 12); // a row lies where its id does
        return id ?? '-';
      }),
    )
    .join('');
}

function fed(batches: readonly string[], atEnd: 'wrap' | 'cut' = 'wrap', shape = four): RowQueue {
  const queue = openQueue(emptyQueue(), shape, rowsOf('a'), 'test');
  return batches.reduce(
    (state, letters, step) => addToQueue(state, { rows: rowsOf(letters), items: itemsOf(letters), step }, atEnd, 'test'),
    queue,
  );
}

test.each([
  { batches: [], holds: '----', pointer: 0, filled: 0 },
  { batches: ['abc'], holds: 'abc-', pointer: 3, filled: 3 },
  { batches: ['abc', 'xy'], holds: 'ybcx', pointer: 1, filled: 4 }, // K = 4, pointer 3: rows 3 and 0, pointer 1
  { batches: ['ab', 'cd'], holds: 'abcd', pointer: 0, filled: 4 },
  { batches: ['abcd', 'wxyz'], holds: 'wxyz', pointer: 0, filled: 4 },
  { batches: ['abcdef'], holds: 'efcd', pointer: 2, filled: 4 }, // the last K; pointer moves by 6 mod 4
  { batches: ['a', 'bcdefghij'], holds: 'ijgh', pointer: 2, filled: 4 },
])('$batches wrap to $holds', ({ batches, holds, pointer, filled }) => {
  const queue = fed(batches);
  expect([lettersOf(queue), queue.pointer, queue.filled]).toEqual([holds, pointer, filled]);
});

test.each([
  { batches: ['abc'], holds: 'abc-', pointer: 3, filled: 3 },
  { batches: ['abc', 'xy'], holds: 'abcx', pointer: 0, filled: 4 }, // y is dropped
  { batches: ['abcd', 'x'], holds: 'xbcd', pointer: 1, filled: 4 },
  { batches: ['ab', 'cd'], holds: 'abcd', pointer: 0, filled: 4 },
  { batches: ['abcdef', 'x'], holds: 'xbcd', pointer: 1, filled: 4 },
])('$batches are cut to $holds', ({ batches, holds, pointer, filled }) => {
  const queue = fed(batches, 'cut');
  expect([lettersOf(queue), queue.pointer, queue.filled]).toEqual([holds, pointer, filled]);
});

test('after K / B batches no older row is left', () => {
  expect(lettersOf(fed(['ab', 'cd', 'ef', 'gh', 'ij']))).toBe('ijgh');
});

test('rows enter with length 1, and random rows have it from the start', () => {
  const wide = exampleFeatures(3, 5, 1);
  const queue = openQueue(emptyQueue(), { ...four, startRandom: true }, wide, 'test');
  const added = addToQueue(queue, { rows: wide, items: itemsOf('abc'), step: 0 }, 'wrap', 'test');
  for (const { rows } of [queue.chunks[0]!, added.chunks[0]!]) {
    for (let i = 0; i < 4; i++) expect(Math.hypot(...rows.subarray(5 * i, 5 * i + 5))).toBeCloseTo(1, 6); // float32
  }
});

test('a seed decides the random rows', () => {
  const random = (seed: number) => openQueue(emptyQueue(), { capacity: 4, startRandom: true, seed }, rowsOf('a'), 'test');
  expect(random(1)).toEqual(random(1));
  expect(random(1).chunks[0]!.rows).not.toEqual(random(2).chunks[0]!.rows);
});

test('a row of zeros stays one', () => {
  const zero = { rows: features(new Float64Array(2), 1, 2), items: itemsOf('a'), step: 0 };
  const queue = addToQueue(openQueue(emptyQueue(), four, rowsOf('a'), 'test'), zero, 'wrap', 'test');
  expect([...queue.chunks[0]!.rows.subarray(0, 2)]).toEqual([0, 0]);
});

test('labels and steps come along; a negative label counts as none', () => {
  const entries = { rows: rowsOf('abc'), items: [{ id: 'a', label: 7 }, { id: 'b' }, { id: 'c', label: -5 }], step: 3 };
  const [chunk] = addToQueue(openQueue(emptyQueue(), four, rowsOf('a'), 'test'), entries, 'wrap', 'test').chunks;
  expect([[...chunk!.labels], [...chunk!.steps]]).toEqual([
    [7, -1, -1, -1],
    [3, 3, 3, -1],
  ]);
});

test('adding copies the chunks that are written to and shares the others', () => {
  const shape = { ...four, capacity: 5000 };
  const before = fed([], 'wrap', shape);
  expect(before.chunks.map(({ ids }) => ids.length)).toEqual([1024, 1024, 1024, 1024, 904]);
  const at = { ...before, pointer: 2047 };
  const after = addToQueue(at, { rows: rowsOf('ab'), items: itemsOf('ab'), step: 0 }, 'wrap', 'test');
  expect(after.chunks.map((chunk, index) => chunk === at.chunks[index])).toEqual([true, false, false, true, true]);
  expect([after.chunks[1]!.ids[1023], after.chunks[2]!.ids[0]]).toEqual(['a', 'b']);
  expect([at.chunks[1]!.ids[1023], at.chunks[2]!.ids[0]]).toEqual([null, null]);
  const around = addToQueue({ ...at, pointer: 4999 }, { rows: rowsOf('ab'), items: itemsOf('ab'), step: 0 }, 'wrap', 'test');
  expect([around.chunks[4]!.ids[903], around.chunks[0]!.ids[0]]).toEqual(['a', 'b']);
});

test('blocks are windows on the queue', () => {
  const queue = fed([], 'wrap', { ...four, capacity: 2500 });
  expect([2500, 2048, 1025, 3, 0].map((count) => blocksOf(queue, count).map(({ shape }) => shape[0]))).toEqual([
    [1024, 1024, 452],
    [1024, 1024],
    [1024, 1],
    [3],
    [],
  ]);
  expect(values(blocksOf(queue, 3)[0]!).buffer).toBe(queue.chunks[0]!.rows.buffer);
});

test('ages are counted in steps, random rows left out', () => {
  expect(queueAges(fed([]), 9)).toEqual({ mean: Number.NaN, max: Number.NaN });
  // a and b were added at step 0, c at step 1: 4, 4 and 3 steps ago
  const ages = queueAges(fed(['ab', 'c']), 4);
  expect(ages.max).toBe(4);
  expect(ages.mean).toBeCloseTo(11 / 3, 12);
});

test('a queue of another width or length is refused, and a row that is no number', () => {
  const queue = fed(['a']);
  expect(() => openQueue(queue, four, exampleFeatures(2, 3), 'test')).toThrow(
    'test: expected a queue of [4, 3], got one of [4, 2]',
  );
  expect(() => openQueue(queue, { ...four, capacity: 8 }, rowsOf('a'), 'test')).toThrow('expected a queue of [8, 2]');
  const rows = features(Float64Array.of(0, 1, Number.NaN, 0), 2, 2);
  const add = () => addToQueue(queue, { rows, items: itemsOf('ab'), step: 0 }, 'wrap', 'test');
  expect(add).toThrow('test: expected finite features for the queue, got others for item "b"');
});
