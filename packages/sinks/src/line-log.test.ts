import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLineLog, readLines } from './line-log.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-log-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function linesOf(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(path)) lines.push(line);
  return lines;
}

test('the offset counts bytes, not characters', async () => {
  const path = join(folder, 'bytes.jsonl');
  const log = await openLineLog(path);
  await log.append(['{"a":1}', '"ä€"']);
  expect(log.offset()).toBe(8 + 8); // two and three bytes in UTF-8, quotes, line feed
  await log.close();
  expect(await readFile(path, 'utf8')).toBe('{"a":1}\n"ä€"\n');
});

test('a log that is taken up again loses what came after the offset and goes on there', async () => {
  const path = join(folder, 'resumed.jsonl');
  const first = await openLineLog(path);
  await first.append(['one', 'two']);
  const offset = first.offset();
  await first.append(['three, not in the checkpoint']);
  await first.close();
  const second = await openLineLog(path, { offset });
  await second.append(['three']);
  await second.flush();
  await second.close();
  await second.close();
  expect(await linesOf(path)).toEqual(['one', 'two', 'three']);
});

test('without an offset a log starts anew', async () => {
  const path = join(folder, 'anew.jsonl');
  await writeFile(path, 'left over\n');
  await (await openLineLog(path)).close();
  expect(await linesOf(path)).toEqual([]);
});

test.each(['shorter.jsonl', 'missing.jsonl'])('%s cannot be gone on with: CHECKPOINT names the file', async (name) => {
  const path = join(folder, name);
  if (name.startsWith('shorter')) await writeFile(path, 'one\n');
  await expect(openLineLog(path, { offset: 10 })).rejects.toMatchObject({ code: 'CHECKPOINT', where: path });
});

test('a line with a line feed is refused and nothing is written', async () => {
  const log = await openLineLog(join(folder, 'feed.jsonl'));
  await expect(log.append(['fine', 'not\nfine'])).rejects.toThrow(RangeError);
  expect(log.offset()).toBe(0);
  await log.close();
});

test('a last line that was cut off is not read', async () => {
  const path = join(folder, 'cut.jsonl');
  await writeFile(path, 'one\ntwo\nthr');
  expect(await linesOf(path)).toEqual(['one', 'two']);
});

test('long files come back line by line, with characters on the border of two chunks', async () => {
  const path = join(folder, 'long.jsonl');
  const lines = Array.from({ length: 3000 }, (_, i) => `${i} ${'€'.repeat(40)}`);
  const log = await openLineLog(path);
  await log.append(lines);
  await log.close();
  expect(await linesOf(path)).toEqual(lines);
});

test('a file that is not there is FILE_MISSING, a folder FILE_READ', async () => {
  await expect(linesOf(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
  await expect(linesOf(folder)).rejects.toMatchObject({ code: 'FILE_READ', where: folder });
});
