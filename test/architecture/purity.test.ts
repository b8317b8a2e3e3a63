import ts from 'typescript';
import { expect, test } from 'vitest';
import { eachNode, packages, placeOf, type SourceFile, sources } from './workspace.ts';

/** Reading these makes a result depend on when or where it was computed. */
const forbidden = [
  'Math.random',
  'Date.now',
  'Date.parse',
  'process.env',
  'performance.now',
  'crypto.randomUUID',
  'crypto.getRandomValues',
];

/** Modules that are programs: a thread or a command starts them, nothing imports them. */
const programs: Readonly<Record<string, string>> = {
  'packages/cli/src/main.ts': 'the command itself',
  'packages/miners/src/search-worker.ts': 'the threads that search together',
  'packages/onnx/src/probe-entry.ts': 'a process that tries a provider, because a failing one may take the process down',
  'packages/onnx/src/session-worker.ts': 'the thread that holds sessions',
  'packages/run/src/workers/view-worker.ts': 'the threads that make views',
};

test('nothing but the command line reads the clock, the environment or random numbers that no seed decides', () => {
  const wrong = sources
    .filter(({ path }) => !path.startsWith('packages/cli/'))
    .flatMap((file) => {
      const found: string[] = [];
      eachNode(file, (node) => {
        const text = ts.isPropertyAccessExpression(node) ? node.getText().replace(/^globalThis\./, '') : '';
        const isDate = (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'Date';
        if (forbidden.includes(text) || isDate) found.push(`${placeOf(file, node)}: ${isDate ? 'Date' : text}`);
      });
      return found;
    });
  expect(wrong).toEqual([]);
});

test('nothing happens on import', () => {
  const wrong = sources
    .filter(({ path }) => !(path in programs))
    .flatMap((file) => file.tree.statements.filter(acts).map((statement) => placeOf(file, statement)));
  expect(wrong).toEqual([]);
});

test('programs are still programs', () => {
  const idle = Object.keys(programs).filter((path) => !sources.find((each) => each.path === path)?.tree.statements.some(acts));
  expect(idle).toEqual([]);
});

test('nothing is exported by default', () => {
  expect(everywhere((node) => ts.isExportAssignment(node) || isDefault(node))).toEqual([]);
});

test('nothing is exported wholesale, but the types of the contracts', () => {
  const wholesale = everywhere((node, file) => {
    if (!ts.isExportDeclaration(node) || (node.exportClause && ts.isNamedExports(node.exportClause))) return false;
    return !(node.isTypeOnly && file.path === 'packages/core/src/index.ts');
  });
  expect(wholesale).toEqual([]);
});

test('there are no enums, namespaces or uses of any', () => {
  const wrong = everywhere((node) => ts.isEnumDeclaration(node) || (ts.isModuleDeclaration(node) && ts.isIdentifier(node.name)));
  expect(wrong).toEqual([]);
});

test('classes are for errors, and for what must be closed', () => {
  const wrong = everywhere((node) => ts.isClassDeclaration(node) && !node.members.some(isClose) && !extendsError(node));
  expect(wrong).toEqual([]);
});

function everywhere(matches: (node: ts.Node, file: SourceFile) => boolean): string[] {
  return packages
    .flatMap(({ files }) => files)
    .flatMap((file) => {
      const found: string[] = [];
      eachNode(file, (node) => {
        if (matches(node, file)) found.push(placeOf(file, node));
      });
      return found;
    });
}

/** Whether a statement at the top of a module does something by itself. */
function acts(statement: ts.Statement): boolean {
  return !(
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isVariableStatement(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isModuleDeclaration(statement)
  );
}

function isDefault(node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
}

function isClose(member: ts.ClassElement): boolean {
  return member.name?.getText() === 'close';
}

function extendsError({ heritageClauses }: ts.ClassDeclaration): boolean {
  return (heritageClauses ?? []).some((clause) => clause.types.some((type) => type.expression.getText().endsWith('Error')));
}
