import { crc32 } from 'node:zlib';
import { type Tensor, tensor } from '@viewforge/tensor';
import { contentOf, exampleEncodedViews, firstDifference } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { queue } from '../queue.ts';
import { prototypes } from '../prototypes.ts';
import { restoreState } from './restore-state.ts';
import { saveState } from './save-state.ts';

const payload = new Float32Array(Uint32Array.of(0x7fc01234, 0x80000000, 0x3f800000).buffer); // NaN with bits of its own, -0, 1
const example = {
  numbers: [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 2 ** 53],
  texts: ['', 'ä \u0000 "\\ \u2028', 'number', '__proto__'],
  flags: [true, false, null, undefined],
  lists: ['list', ['array', 1], [], {}],
  nested: { 'a key with spaces': { deep: [[[]]] }, undefined },
  arrays: [
    payload,
    Float64Array.of(Number.NaN, -0, 1 / 3),
    Int32Array.of(-1, 2),
    Uint8Array.of(1, 2, 3),
    BigInt64Array.of(-5n),
    new Float32Array(0),
  ],
  tensor: tensor(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
};

test('everything comes back bit for bit, and nothing is shared', () => {
  const back = restoreState(saveState(example)) as typeof example;
  expect(firstDifference(contentOf(example), contentOf(back))).toBeUndefined();
  expect(new Uint32Array((back.arrays[0] as Float32Array).buffer)).toEqual(new Uint32Array(payload.buffer));
  expect(back.arrays.map((array) => array.constructor)).toEqual(example.arrays.map((array) => array.constructor));
  expect(back.arrays.every((array, i) => array.buffer !== example.arrays[i]!.buffer)).toBe(true);
  expect(back.tensor.get(1, 0)).toBe(4);
});

test.each([null, undefined, 3, -0, 'text', [], {}, Float32Array.of(1)])('a state may be %o alone', (state) => {
  expect(restoreState(saveState(state))).toEqual(state);
});

test('windows on larger memory and strided tensors are saved as what they show', () => {
  const memory = Float32Array.of(0, 1, 2, 3, 4, 5);
  const transposed = tensor(memory, [2, 3]).transpose(1, 0) as Tensor;
  const back = restoreState(saveState({ window: memory.subarray(2, 4), transposed })) as {
    window: Float32Array;
    transposed: Tensor;
  };
  expect([...back.window]).toEqual([2, 3]);
  expect([back.transposed.shape, [...back.transposed.data]]).toEqual([
    [3, 2],
    [0, 3, 1, 4, 2, 5],
  ]);
});

test('bytes may lie anywhere in memory', () => {
  const bytes = saveState(example);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect(firstDifference(contentOf(example), contentOf(restoreState(shifted.subarray(3))))).toBeUndefined();
});

test.each([
  ['queue', queue({ capacity: 8 })],
  ['prototypes', prototypes({ count: 3, queueSize: 5, queueStart: 0 })],
] as const)('a pairing goes on from a saved state as if it had not been interrupted: %s', (_, pairing) => {
  const [first, second] = [exampleEncodedViews({ items: 4, seed: 1 }), exampleEncodedViews({ items: 4, seed: 2 })];
  const progress = { epoch: 0, step: 1, fraction: 0 };
  const go = (state: unknown) =>
    (({ batch, state: next }) => contentOf([batch, next]))(pairing.pair(second, state as never, progress));
  const { state } = pairing.pair(first, pairing.start() as never, { ...progress, step: 0 });
  expect(firstDifference(go(state), go(restoreState(saveState(state))))).toBeUndefined();
});

describe('what cannot be saved is named', () => {
  test.each([
    ['a list with gaps', () => ({ a: new Array(2) }), 'state.a, got a list with gaps or names'],
    ['a list with names', () => Object.assign([1], { x: 2 }), 'state, got a list with gaps or names'],
    ['symbols', () => ({ a: { [Symbol('b')]: 1 } }), 'state.a, got an object with symbols as names'],
    ['a function', () => ({ deep: [1, () => 1] }), 'state.deep[1], got a function'],
    ['a set', () => ({ set: new Set([1]) }), 'state.set, got a Set'],
    ['a data view', () => ({ view: new DataView(new ArrayBuffer(2)) }), 'state.view, got a DataView'],
    ['a big number', () => 3n, 'state, got a bigint'],
    ['a ring', ring, 'state[0], got an object that contains itself'],
  ])('%s', (_, make, message) => {
    expect(() => saveState(make())).toThrow(
      expect.objectContaining({ code: 'DOMAIN', message: `save-state: expected plain data at ${message}` }),
    );
  });

  test('what occurs twice does not contain itself', () => {
    const twice = Float32Array.of(1);
    expect(restoreState(saveState([twice, twice]))).toEqual([twice, twice]);
  });
});

describe('damage', () => {
  const bytes = saveState({ a: 12, b: Float32Array.of(1, 2) });

  test('every single byte is guarded', () => {
    for (let at = 0; at < bytes.length; at++) {
      const spoiled = bytes.slice();
      spoiled[at] = spoiled[at]! ^ 1;
      expect(() => restoreState(spoiled), `byte ${at}`).toThrow(expect.objectContaining({ code: 'FILE_FORMAT' }));
    }
  });

  test('so is the end', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => restoreState(bytes.subarray(0, length)), `${length} bytes`).toThrow(
        expect.objectContaining({ code: 'FILE_FORMAT' }),
      );
    }
  });
});

describe('bytes made by hand', () => {
  test('a name such as __proto__ is a name, and changes no prototype', () => {
    const back = restoreState(fileOf('{"__proto__":{"polluted":true},"constructor":1}')) as Record<string, unknown>;
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(Object.keys(back)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each([
    ['{', 'a tree of values, got something else'],
    ['["map",1]', 'a known kind of value, got "map"'],
    ['["number","toString"]', 'a known kind of value, got "number"'],
    ['["array","Function",0,1]', 'a known element type, got Function'],
    ['["array","constructor",0,1]', 'a known element type, got constructor'],
    ['["array","Float32Array",0,5]', 'an array within 16 bytes, got 5 numbers from byte 0 on'],
    ['["array","Float32Array",-4,1]', 'an array within 16 bytes, got 1 numbers from byte -4 on'],
    ['["array","Uint8Array",0,1e30]', 'an array within 16 bytes, got 1e+30 numbers from byte 0 on'],
    ['["tensor",[3],"Float32Array",0,4]', 'a tree of values, got something else'],
    ['["tensor","x","Float32Array",0,4]', 'a shape, got x'],
    [`${'['.repeat(1e5)}${']'.repeat(1e5)}`, 'a known kind of value'],
    [`${'["list",'.repeat(1e5)}1${']'.repeat(1e5)}`, 'a tree of values, got something else'],
  ])('%#', (text, message) => {
    expect(() => restoreState(fileOf(text))).toThrow(
      expect.objectContaining({ code: 'FILE_FORMAT', message: expect.stringContaining(`restore-state: expected ${message}`) }),
    );
  });
});

function ring(): unknown {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

/** A file with this text, a right checksum and 16 bytes of arrays. */
function fileOf(text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const file = new Uint8Array(Math.ceil((16 + body.length) / 8) * 8 + 16);
  file.set(new TextEncoder().encode('VFSTATE1'));
  file.set(body, 16);
  const view = new DataView(file.buffer);
  view.setUint32(12, body.length, true);
  view.setUint32(8, crc32(file.subarray(12)), true);
  return file;
}
