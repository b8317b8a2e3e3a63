import { basename, dirname } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { type Block, blocksOf, pages, root } from './pages.ts';

// Costs some ten seconds: the compiler reads the sources of all packages once.

/** A block as a file that is not on disk. */
interface VirtualFile extends Block {
  readonly page: string;
  readonly path: string;
}

const files: readonly VirtualFile[] = pages.flatMap((page) =>
  blocksOf(page).map((block) => ({ ...block, page, path: `${root}${homeOf(page)}/${basename(page)}-${block.line}.ts` })),
);
/** In the same program, so that the compiler reads everything once. */
const mistake: VirtualFile = {
  page: 'a page',
  line: 10,
  path: `${root}docs/examples/mistake.ts`,
  code: 'const one = 1;\nexport const n: string = one;\n',
};
const problems = problemsOf([...files, mistake]);

describe('every ts block type-checks', () => {
  const withBlocks = [...new Set(files.map(({ page }) => page))];
  test.each(withBlocks)('in %s', (page) => {
    expect(problems.filter((problem) => problem.startsWith(`${page}:`))).toEqual([]);
  });
});

test('a mistake is told with page and line', () => {
  const told = problems.filter((problem) => problem.startsWith('a page:'));
  expect(told).toEqual(["a page:11: Type 'number' is not assignable to type 'string'."]);
});

/** Where the blocks of a page find what they import: in its package, or beside the examples, which see the whole workspace. */
function homeOf(page: string): string {
  return /^(packages|plugins)\//.test(page) ? dirname(page) : 'docs/examples';
}

/** What the compiler has against the files, each as "page:line: reason", with the options that tests are checked with. */
function problemsOf(virtual: readonly VirtualFile[]): string[] {
  const byPath = new Map(virtual.map((file) => [file.path, file]));
  const options = optionsOf('tsconfig.test.json');
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => byPath.has(path) || fileExists(path);
  host.readFile = (path) => byPath.get(path)?.code ?? readFile(path);
  host.getSourceFile = (path, language, ...rest) => {
    const file = byPath.get(path);
    return file ? ts.createSourceFile(path, file.code, language, true) : getSourceFile(path, language, ...rest);
  };
  const program = ts.createProgram([...byPath.keys()], options, host);
  return [...byPath.values()].flatMap((file) => {
    const source = program.getSourceFile(file.path)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start = 0, messageText }) => {
        const line = file.line + source.getLineAndCharacterOfPosition(start).line;
        return `${file.page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      },
    );
  });
}

function optionsOf(config: string): ts.CompilerOptions {
  const { config: json } = ts.readConfigFile(root + config, ts.sys.readFile);
  return ts.parseJsonConfigFileContent(json, ts.sys, root).options;
}
