import { open } from 'node:fs/promises';
import { ViewforgeError } from '@viewforge/core';
import { moveIntoPlace, openLineLog } from '@viewforge/sinks';
import { type ColumnSource, fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { Triple } from './triples.ts';

/** Names of rows, where they have some. */
export interface TripleIds {
  readonly anchors?: readonly string[] | undefined;
  readonly rows?: readonly string[] | undefined;
}

/** A file that triples are added to; until `finish` it is called `<path>.partial`. */
export interface TripleFile {
  add(triples: readonly Triple[]): Promise<void>;
  finish(): Promise<void>;
  /** Leaves the partial file as it is; nothing after `finish`. Calling it twice is fine. */
  close(): Promise<void>;
}

/** JSON lines: a triple a line, its fields in a fixed order, `anchorId` and the like where rows have names. */
export async function openTripleLines(path: string, ids: TripleIds): Promise<TripleFile> {
  const partial = `${path}.partial`;
  const log = await openLineLog(partial);
  return {
    add: (triples) => log.append(triples.map((triple) => JSON.stringify(lineOf(triple, ids)))),
    async finish() {
      await log.flush();
      await log.close();
      await moveIntoPlace(partial, path);
    },
    close: () => log.close(),
  };
}

/** Parquet: int32 rows, float scores, and texts where rows have names; a positive may be missing. */
export async function openTripleTable(path: string, ids: TripleIds): Promise<TripleFile> {
  const partial = `${path}.partial`;
  const guarded = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ViewforgeError('FILE_WRITE', path, `expected a file that can be written, got: ${reason}`, { cause });
    }
  };
  const writer = await guarded(() => fileWriter(partial));
  const columns = tableColumns(ids);
  const schema = [{ name: 'root', num_children: columns.length }, ...columns.map(({ element }) => element)];
  const table = new ParquetWriter({ writer, schema, createdBy: 'viewforge' });
  let waiting: Triple[] = [];
  const flush = async (): Promise<void> => {
    const rows = waiting;
    waiting = [];
    const columnData = columns.map(({ element, of }): ColumnSource => ({ name: element.name, data: rows.map((row) => of(row)) }));
    await guarded(() => table.write({ columnData, rowGroupSize: rowsOfGroup }));
  };
  return {
    async add(triples) {
      for (const triple of triples) {
        waiting.push(triple);
        if (waiting.length === rowsOfGroup) await flush();
      }
    },
    async finish() {
      if (waiting.length > 0) await flush();
      await guarded(() => table.finish());
      await guarded(() => putOnDisk(partial));
      await moveIntoPlace(partial, path);
    },
    async close() {}, // no file is open between writes
  };
}

async function putOnDisk(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Triples that are written together. */
const rowsOfGroup = 100_000;

function lineOf(triple: Triple, { anchors, rows }: TripleIds): object {
  const { anchor, positive = null, negative, positiveScore = null, negativeScore } = triple;
  const names = {
    ...(anchors && { anchorId: anchors[anchor] }),
    ...(rows && { positiveId: positive === null ? null : rows[positive], negativeId: rows[negative] }),
  };
  return { anchor, positive, negative, positiveScore, negativeScore, ...names };
}

interface TableColumn {
  readonly element: SchemaElement;
  of(triple: Triple): number | string | undefined;
}

function tableColumns({ anchors, rows }: TripleIds): TableColumn[] {
  const number = (name: string, type: 'INT32' | 'FLOAT', repetition: 'REQUIRED' | 'OPTIONAL') =>
    ({ name, type, repetition_type: repetition }) as const;
  const text = (name: string, repetition: 'REQUIRED' | 'OPTIONAL') =>
    ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: repetition }) as const;
  return [
    { element: number('anchor', 'INT32', 'REQUIRED'), of: ({ anchor }: Triple) => anchor },
    { element: number('positive', 'INT32', 'OPTIONAL'), of: ({ positive }: Triple) => positive },
    { element: number('negative', 'INT32', 'REQUIRED'), of: ({ negative }: Triple) => negative },
    { element: number('positiveScore', 'FLOAT', 'OPTIONAL'), of: ({ positiveScore }: Triple) => positiveScore },
    { element: number('negativeScore', 'FLOAT', 'REQUIRED'), of: ({ negativeScore }: Triple) => negativeScore },
    ...(anchors ? [{ element: text('anchorId', 'REQUIRED'), of: ({ anchor }: Triple) => anchors[anchor] }] : []),
    ...(rows
      ? [
          {
            element: text('positiveId', 'OPTIONAL'),
            of: ({ positive }: Triple) => (positive === undefined ? undefined : rows[positive]),
          },
          { element: text('negativeId', 'REQUIRED'), of: ({ negative }: Triple) => rows[negative] },
        ]
      : []),
  ];
}
