import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes } from '@viewforge/core';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { placeOf, root, type SourceFile, sources } from './workspace.ts';

test('every export has a doc comment', () => {
  expect(sources.flatMap(undocumented)).toEqual([]);
});

test('every error code has a section in docs/errors.md, and every section a code', () => {
  const page = join(root, 'docs/errors.md');
  expect(existsSync(page), 'docs/errors.md').toBe(true);
  const sections = [...readFileSync(page, 'utf8').matchAll(/^## ([A-Z_]+)$/gm)].map(([, code]) => code!);
  expect([...sections].sort()).toEqual([...errorCodes]);
});

function undocumented(file: SourceFile): string[] {
  const documented = new Set<string>();
  const missing: { name: string; place: string }[] = [];
  for (const statement of file.tree.statements) {
    if (!isExported(statement)) continue;
    const name = nameOf(statement);
    // one comment serves all overloads of a function
    if (commentOf(statement, file) !== undefined) documented.add(name);
    else missing.push({ name, place: placeOf(file, statement) });
  }
  return missing.filter(({ name }) => !documented.has(name)).map(({ name, place }) => `${place}: ${name}`);
}

function isExported(node: ts.Statement): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function commentOf(node: ts.Node, { text }: SourceFile): string | undefined {
  const comments = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  return comments.map(({ pos, end }) => text.slice(pos, end)).findLast((comment) => comment.startsWith('/**'));
}

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText()).join(', ');
  return (statement as ts.Statement & { name?: ts.Identifier }).name?.text ?? 'an export';
}
