import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareTraceViews,
  readTrace,
  type TraceHeader,
  type TraceView,
  traceMixLine,
  traceViewLine,
  writeTrace,
} from './trace.ts';

const header: TraceHeader = {
  trace: 'viewforge/1',
  seed: 7,
  plan: { use: 'views-simclr/simclr', version: 1, options: { size: 32 } },
  parts: { 'augment/crop': 1 },
  plugins: [{ name: 'views-simclr', package: '@viewforge/views-simclr' }],
  versions: { viewforge: '0.1.0' },
};
const view = (item: string, role = 'view', index = 0, epoch = 0): TraceView => ({
  epoch,
  item,
  role,
  index,
  params: { at: 0.1 },
});

test('a line is JSON with its keys in a fixed order', () => {
  const shuffled = { params: null, index: 1, item: 'a', role: 'view', epoch: 2 };
  expect(traceViewLine(shuffled)).toBe('{"epoch":2,"item":"a","role":"view","index":1,"params":null}');
  expect(traceMixLine({ params: [1], mixer: 'mochi', place: 0, step: 3 })).toBe(
    '{"step":3,"place":0,"mixer":"mochi","params":[1]}',
  );
});

test('views are sorted by epoch, item, role and index; text by code unit, numbers as numbers', () => {
  const sorted = [
    view('B'),
    view('a', 'global'),
    view('a', 'view', 2),
    view('a', 'view', 10),
    view('z'),
    view('a', 'view', 0, 1),
  ];
  expect([...sorted].reverse().sort(compareTraceViews)).toEqual(sorted);
});

test('a trace is a header, views in order, then mixes by step, place and view, one JSON value a line', () => {
  const text = writeTrace({
    header,
    views: [view('b'), view('a')],
    mixes: [
      { step: 2, place: 0, mixer: 'a', params: 0 },
      { step: 1, place: 1, mixer: 'a', params: 0 },
      { step: 1, place: 0, mixer: 'b', role: 'view', index: 1, params: 0 },
      { step: 1, place: 0, mixer: 'b', role: 'view', index: 0, params: 0 },
    ],
  });
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(text.endsWith('\n')).toBe(true);
  expect(lines.map((line) => line.trace ?? line.item ?? `${line.step} ${line.place} ${line.index ?? ''}`)).toEqual([
    'viewforge/1',
    'a',
    'b',
    '1 0 0',
    '1 0 1',
    '1 1 ',
    '2 0 ',
  ]);
});

const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"__proto__"'));
const views = fc.array(
  fc.record({
    epoch: fc.nat(3),
    item: fc.string({ unit: 'grapheme' }),
    role: fc.constantFrom('view', 'global'),
    index: fc.nat(9),
    params: json,
  }),
);

test('what is written is read back, whatever the order it was written in', () => {
  fc.assert(
    fc.property(views, (given) => {
      const written = writeTrace({ header, views: given as TraceView[], mixes: [] });
      const trace = readTrace(written, 'trace.jsonl');
      expect(trace.header).toEqual(header);
      expect(writeTrace(trace)).toBe(written);
      expect(trace.views).toHaveLength(given.length);
    }),
    { seed: 5, numRuns: 100 },
  );
});

const first = JSON.stringify(header);

test.each([
  ['nothing', '', 'trace.jsonl: line 1: expected the header of a viewforge/1 trace'],
  ['another header', '{"trace":"viewforge/2"}', 'trace.jsonl: line 1: expected the header of a viewforge/1 trace'],
  ['a header without parts', `${JSON.stringify({ ...header, parts: null })}\n`, 'trace.jsonl: line 1: expected the header'],
  [
    'an index that is not whole',
    `${first}\n{"epoch":0,"item":"a","role":"view","index":0.5,"params":[]}`,
    'trace.jsonl: line 2: expected a view',
  ],
  ['a broken line', `${first}\n{"epoch":0,`, 'trace.jsonl: line 2: expected JSON, got {"epoch":0,'],
  ['a line that is no object', `${first}\n7`, 'trace.jsonl: line 2: expected a JSON object, got 7'],
  [
    'a view without params',
    `${first}\n${traceViewLine(view('a'))}\n{"epoch":0,"item":"a","role":"view","index":0}`,
    'trace.jsonl: line 3: expected a view or a mixer',
  ],
])('%s is refused with its line', (_, text, message) => {
  expect(() => readTrace(text, 'trace.jsonl')).toThrow(message);
  expect(() => readTrace(text, 'trace.jsonl')).toThrow(expect.objectContaining({ code: 'TRACE' }));
});

test('the number of a line counts empty lines before it', () => {
  expect(() => readTrace(`${first}\n\n${traceViewLine(view('a'))}\n7`, 'trace.jsonl')).toThrow('line 4:');
});

test('lines may end in CRLF', () => {
  const text = `${first}\n${traceViewLine(view('a'))}\n`.replaceAll('\n', '\r\n');
  expect(readTrace(`${text}\r\n`, 'trace.jsonl').views).toHaveLength(1);
});
