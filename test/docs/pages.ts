import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, with "/" at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The packages and plugins that have a README, as "packages/core". */
export const packageFolders: readonly string[] = ['packages', 'plugins'].flatMap((folder) =>
  readdirSync(root + folder).map((name) => `${folder}/${name}`),
);

/** Every page that a user reads, relative to the repository. */
export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(`${root}docs`)
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
  ...packageFolders.map((folder) => `${folder}/README.md`),
];

/** A block of code in a page. */
export interface Block {
  readonly code: string;
  /** Line of the page that its first line stands on, from 1. */
  readonly line: number;
}

/** The text of a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(root + path, 'utf8');
}

/** The ```ts blocks of a page, in order. */
export function blocksOf(page: string): Block[] {
  const text = textOf(page);
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    code: match[1]!,
    line: text.slice(0, match.index).split('\n').length + 1,
  }));
}
