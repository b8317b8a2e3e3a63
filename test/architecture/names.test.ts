import { basename } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { eachNode, packages, placeOf, sources } from './workspace.ts';

const files = packages.flatMap((each) => each.files);
const empty = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'lib', 'shared', 'base', 'manager', 'stuff']);

test('files and folders are in kebab-case', () => {
  const wrong = files.filter(
    ({ path }) => !path.split('/').every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.test-d)?(\.ts)?$/.test(part)),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('names say what is inside, not that something is', () => {
  const wrong = files.filter(({ path }) => path.split(/[/.]/).some((part) => empty.has(part)));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('a test lies beside the file it is named after', () => {
  const paths = new Set(files.map(({ path }) => path));
  const subjects = files.filter(({ path }) => path.endsWith('.test-d.ts')).map(({ path }) => path.replace('.test-d.ts', '.ts'));
  expect(subjects.filter((path) => !paths.has(path))).toEqual([]);
});

test('a part has the name of its file', () => {
  const wrong = sources.flatMap((file) => {
    const found: string[] = [];
    eachNode(file, (node) => {
      const name = definedName(node);
      if (name !== undefined && `${name}.ts` !== basename(file.path)) found.push(`${placeOf(file, node)}: "${name}"`);
    });
    return found;
  });
  expect(wrong).toEqual([]);
});

test('a part is exported under its own name in camelCase', () => {
  const wrong = sources.flatMap((file) => {
    const found: string[] = [];
    eachNode(file, (node) => {
      if (!ts.isVariableDeclaration(node) || !node.initializer) return;
      const name = definedName(node.initializer);
      const wanted = name?.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
      if (wanted !== undefined && node.name.getText() !== wanted)
        found.push(`${placeOf(file, node)}: ${node.name.getText()} for "${name}"`);
    });
    return found;
  });
  expect(wrong).toEqual([]);
});

/** The name in `defineSomething({ name: '...' })`; undefined for any other node and for names that are computed. */
function definedName(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const isPart = /^define[A-Z]/.test(node.expression.text) && node.expression.text !== 'definePlugin';
  const [recipe] = node.arguments;
  if (!isPart || !recipe || !ts.isObjectLiteralExpression(recipe)) return undefined;
  const name = recipe.properties.find((property) => ts.isPropertyAssignment(property) && property.name.getText() === 'name');
  return name && ts.isPropertyAssignment(name) && ts.isStringLiteral(name.initializer) ? name.initializer.text : undefined;
}
