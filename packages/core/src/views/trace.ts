import type { Json } from '../contracts/json.ts';
import type { DrawnView } from '../contracts/views.ts';
import { ViewforgeError } from '../error.ts';

/** First line of a trace: everything but the params that views depend on. */
export interface TraceHeader {
  readonly trace: 'viewforge/1';
  readonly seed: number | string;
  /** The plan by name, with its complete options. */
  readonly plan: { readonly use: string; readonly version: number; readonly options: Json };
  /** "plugin/part" -> version of its results, for every part in the plan that a plugin provides. */
  readonly parts: Readonly<Record<string, number>>;
  /** "plugin" -> modules or packages the plan needs. */
  readonly plugins: readonly { readonly name: string; readonly package: string }[];
  /** The size that the source shrank larger pictures to, in pixels of the shorter side; left out where it did not. */
  readonly shrinkTo?: number;
  /** Versions of what decides bytes: Viewforge, Node, the decoder. */
  readonly versions: Readonly<Record<string, string>>;
}

/** One drawn view of one item. */
export interface TraceView extends DrawnView {
  readonly epoch: number;
  readonly item: string;
}

/** One draw of a mixer. */
export interface TraceMix {
  readonly step: number;
  /** Place in the run's list of mixers; input mixers come first. */
  readonly place: number;
  readonly mixer: string;
  /** Which view a mixer of inputs mixed. */
  readonly role?: string;
  readonly index?: number;
  readonly params: Json;
}

/** A view as one line of JSON, with the keys in a fixed order. */
export function traceViewLine({ epoch, item, role, index, params }: TraceView): string {
  return JSON.stringify({ epoch, item, role, index, params });
}

/** A mixer's draw as one line of JSON. */
export function traceMixLine({ step, place, mixer, role, index, params }: TraceMix): string {
  return JSON.stringify({ step, place, mixer, role, index, params });
}

/** The order of a sorted trace: by epoch, item, role and index, text by code unit. */
export function compareTraceViews(a: TraceView, b: TraceView): number {
  return a.epoch - b.epoch || compareText(a.item, b.item) || compareText(a.role, b.role) || a.index - b.index;
}

/** What a trace holds, each part sorted. */
export interface Trace {
  readonly header: TraceHeader;
  readonly views: readonly TraceView[];
  readonly mixes: readonly TraceMix[];
}

/** A trace as text: the header, the views in order, the mixers' draws by step; one JSON value a line. */
export function writeTrace({ header, views, mixes }: Trace): string {
  const sortedViews = [...views].sort(compareTraceViews).map(traceViewLine);
  const sortedMixes = [...mixes]
    .sort(
      (a, b) =>
        a.step - b.step || a.place - b.place || compareText(a.role ?? '', b.role ?? '') || (a.index ?? 0) - (b.index ?? 0),
    )
    .map(traceMixLine);
  return `${[JSON.stringify(header), ...sortedViews, ...sortedMixes].join('\n')}\n`;
}

/** A trace read back. Throws ViewforgeError (TRACE) that names the line which is not what it should be. */
export function readTrace(text: string, where: string): Trace {
  const lines = text
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [{ number: i + 1, value: parseLine(line, i + 1, where) }]));
  const header = lines[0]?.value as unknown as TraceHeader | undefined;
  if (
    header?.trace !== 'viewforge/1' ||
    typeof header.plan?.use !== 'string' ||
    typeof header.parts !== 'object' ||
    header.parts === null
  )
    throw new ViewforgeError('TRACE', where, 'line 1: expected the header of a viewforge/1 trace, got something else');
  const views: TraceView[] = [];
  const mixes: TraceMix[] = [];
  for (const { number, value } of lines.slice(1)) {
    if (isTraceView(value)) views.push(value);
    else if (isTraceMix(value)) mixes.push(value);
    else
      throw new ViewforgeError(
        'TRACE',
        where,
        `line ${number}: expected a view or a mixer's draw, got ${JSON.stringify(value).slice(0, 80)}`,
      );
  }
  return { header, views, mixes };
}

function isTraceView(value: Record<string, unknown>): value is Record<string, unknown> & TraceView {
  return (
    Number.isInteger(value['epoch']) &&
    typeof value['item'] === 'string' &&
    typeof value['role'] === 'string' &&
    Number.isInteger(value['index']) &&
    'params' in value
  );
}

function isTraceMix(value: Record<string, unknown>): value is Record<string, unknown> & TraceMix {
  return (
    typeof value['step'] === 'number' &&
    typeof value['place'] === 'number' &&
    typeof value['mixer'] === 'string' &&
    'params' in value
  );
}

function parseLine(line: string, number: number, where: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new ViewforgeError('TRACE', where, `line ${number}: expected JSON, got ${line.slice(0, 80)}`, { cause });
  }
  throw new ViewforgeError('TRACE', where, `line ${number}: expected a JSON object, got ${line.slice(0, 80)}`);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
