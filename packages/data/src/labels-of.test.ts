import { expect, test } from 'vitest';
import { labelsOfEntries, labelsOfNames } from './labels-of.ts';

const whereIs = (index: number) => `file:${index}`;

test('names are numbered in the order of their code units', () => {
  expect(labelsOfNames(['dog', 'cat', 'Zebra', 'dog'])).toEqual({
    labels: Int32Array.of(2, 1, 0, 2),
    classes: ['Zebra', 'cat', 'dog'],
  });
});

test.each<[string, (string | number)[], number[]]>([
  ['numbers', [3, 0, 7], [3, 0, 7]],
  ['numbers as text', ['3', '0', '7'], [3, 0, 7]],
  ['both', [3, '0'], [3, 0]],
])('whole labels stay what they are: %s', (_, entries, labels) => {
  expect(labelsOfEntries(entries, whereIs)).toEqual({ labels: Int32Array.from(labels) });
});

test.each<[string, (string | number)[], string[]]>([
  ['one name among numbers', ['1', 'x', '0'], ['0', '1', 'x']],
  ['numbers with leading zeros', ['007', '7'], ['007', '7']],
  ['fractions as text', ['0.5', '1.5'], ['0.5', '1.5']],
  ['a number beyond 32 bits as text', ['2147483648', '1'], ['1', '2147483648']],
])('anything else is names: %s', (_, entries, classes) => {
  expect(labelsOfEntries(entries, whereIs).classes).toEqual(classes);
});

test.each([-1, 0.5, 2 ** 31])('the number %d is no label: LABEL names its line', (label) => {
  expect(() => labelsOfEntries([0, label], whereIs)).toThrow(expect.objectContaining({ code: 'LABEL', where: 'file:1' }));
});
