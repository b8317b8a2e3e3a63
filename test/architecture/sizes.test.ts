import ts from 'typescript';
import { expect, test } from 'vitest';
import { eachNode, packages, placeOf, type SourceFile, sources } from './workspace.ts';

const mostLines = 250;
const mostLinesOfAFunction = 40;
/** A function that makes functions, as `open...` and `create...` do, counts without them, but has at most so many lines in all. */
const mostLinesOfAMaker = 80;

/** Files that have to be longer, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {};

/** Functions that have to be longer, as "file name", each with its reason. */
const longFunctions: Readonly<Record<string, string>> = {};

test(`a file has at most ${mostLines} lines`, () => {
  const long = packages
    .flatMap(({ files }) => files)
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ path, lines }) => lines > mostLines && !(path in longFiles));
  expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
});

test(`a function has at most ${mostLinesOfAFunction} lines`, () => {
  const long = sources.flatMap((file) =>
    functionsOf(file)
      .filter((found) => isLong(found) && !(`${file.path} ${found.name}` in longFunctions))
      .map(({ name, all, own, place }) => `${place}: ${name} has ${all} lines, ${own} without the functions in it`),
  );
  expect(long).toEqual([]);
});

test('every exception is still needed', () => {
  const files = new Map(packages.flatMap((each) => each.files).map((file) => [file.path, file]));
  const idleFiles = Object.keys(longFiles).filter((path) => (files.get(path)?.text.split('\n').length ?? 0) <= mostLines);
  const idleFunctions = Object.keys(longFunctions).filter((key) => {
    const [path, name] = key.split(' ');
    const found = files.has(path!) ? functionsOf(files.get(path!)!).find((each) => each.name === name) : undefined;
    return found === undefined || !isLong(found);
  });
  expect([...idleFiles, ...idleFunctions]).toEqual([]);
});

interface Found {
  readonly name: string;
  readonly place: string;
  /** Lines from its first to its last, comments before it not counted. */
  readonly all: number;
  /** Lines without those of functions in it that take more than one. */
  readonly own: number;
}

function isLong({ all, own }: Found): boolean {
  return own > mostLinesOfAFunction || all > mostLinesOfAMaker;
}

function functionsOf(file: SourceFile): Found[] {
  const found: Found[] = [];
  eachNode(file, (node) => {
    if (!hasBody(node)) return;
    const all = linesOf(file, node);
    const inner = outermostFunctions(node).map((each) => linesOf(file, each));
    const own = all - inner.filter((lines) => lines > 1).reduce((sum, lines) => sum + lines, 0);
    found.push({ name: nameOf(node), place: placeOf(file, node), all, own });
  });
  return found;
}

/** The functions in a function that are in no other function in it. */
function outermostFunctions(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    if (hasBody(child)) found.push(child);
    else ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return found;
}

function hasBody(node: ts.Node): node is ts.SignatureDeclaration {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

function linesOf({ tree }: SourceFile, node: ts.Node): number {
  const lineOf = (position: number) => tree.getLineAndCharacterOfPosition(position).line;
  return lineOf(node.getEnd()) - lineOf(node.getStart(tree)) + 1;
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText();
  const { parent } = node;
  return (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && parent.name
    ? parent.name.getText()
    : 'a function';
}
