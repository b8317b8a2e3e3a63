import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCsv } from './parse-csv.ts';

const fieldsOf = (content: string) => parseCsv(content, 'table.csv').map(({ fields }) => fields);

test.each<[string, string, string[][]]>([
  [
    'plain rows',
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'no line feed at the end',
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'CRLF',
    'a,b\r\nc,d\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'empty fields',
    ',\na,',
    [
      ['', ''],
      ['a', ''],
    ],
  ],
  ['empty lines are left out', '\na\n\nb\n\n', [['a'], ['b']]],
  ['a quoted empty field is no empty line', '""\n', [['']]],
  ['commas and line breaks in quotes', '"a,b","c\r\nd"\n', [['a,b', 'c\r\nd']]],
  ['doubled quotes', '"say ""hi""",x', [['say "hi"', 'x']]],
  ['spaces are kept', ' a , b', [[' a ', ' b']]],
  ['nothing', '', []],
])('%s', (_, content, expected) => {
  expect(fieldsOf(content)).toEqual(expected);
});

test('records know the line they begin on', () => {
  expect(parseCsv('a\n"b\nb"\n\nc', 'table.csv').map(({ line }) => line)).toEqual([1, 2, 5]);
});

test.each([
  ['a quote that does not end', 'a\n"b', 2],
  ['text behind a quote', 'a\nb\n"c" d', 3],
  ['a quote within a field', 'a"b', 1],
])('%s is FILE_FORMAT and names the line', (_, content, line) => {
  expect(() => parseCsv(content, 'table.csv')).toThrow(
    expect.objectContaining({ code: 'FILE_FORMAT', where: `table.csv:${line}` }),
  );
});

test('whatever is written quoted comes back', () => {
  const rows = fc.array(fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ß') }), { minLength: 1 }));
  fc.assert(
    fc.property(rows, (table) => {
      const content = table.map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')).join('\n');
      expect(fieldsOf(content)).toEqual(table);
    }),
    { seed: 3 },
  );
});
