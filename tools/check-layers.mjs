// Checks the import law of ARCHITECTURE.md: a folder of src/ imports only to its left (`import type` is exempt), only
// src/runtime touches WebAssembly, Worker and Atomics, demos, examples and bench import published entry points only,
// and files stay under 400 lines.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The rank of a room: rooms of one rank do not import each other. */
const ranks = {
  core: 0,
  runtime: 1,
  ops: 2,
  autograd: 3,
  tensor: 4,
  distributions: 5,
  nn: 6,
  optim: 7,
  data: 8,
  io: 8,
  train: 9,
  viz: 9,
};
const published = new Set([
  'wasmgrad',
  ...['nn', 'optim', 'data', 'train', 'io', 'viz'].map((name) => `wasmgrad/${name}`),
]);
const longFiles = new Set(['src/tensor/tensor.ts']);
const generated = new Set(['src/runtime/kernels.ts', 'src/runtime/kernel-names.ts', 'assembly/generated/jobs.ts']);
const maxLines = 400;

/** The scripts below a folder; built and installed ones do not count. */
function filesOf(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['dist', 'node_modules'].includes(entry.name) ? [] : filesOf(path);
    return /\.(ts|mts|mjs|js)$/.test(entry.name) ? [path] : [];
  });
}

function sourceOf(file) {
  return ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

/** The modules that a file imports at run time. */
function importsOf(source) {
  const found = [];
  const visit = (node) => {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    if (isImport && node.moduleSpecifier) {
      const clause = ts.isImportDeclaration(node) ? node.importClause : node;
      const named = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : node.exportClause;
      const elements = named && 'elements' in named ? named.elements : null;
      const onlyTypes =
        clause?.isTypeOnly || (elements?.length && !clause.name && elements.every((element) => element.isTypeOnly));
      if (!onlyTypes) found.push(node.moduleSpecifier.text);
    }
    const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    if (isCall && ts.isStringLiteral(node.arguments[0])) found.push(node.arguments[0].text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The names of the platform that only src/runtime may use, as far as a file uses them as values. */
function platformNames(source) {
  const found = new Set();
  const visit = (node) => {
    if (ts.isTypeNode(node)) return;
    const owned = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
    if (ts.isIdentifier(node) && ['WebAssembly', 'Worker', 'Atomics'].includes(node.text) && !owned)
      found.add(node.text);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return found;
}

const problems = [];

for (const file of filesOf('src')) {
  const source = sourceOf(file);
  const [, room, inner] = file.split(sep);
  const from = inner === undefined ? 'index' : room;
  for (const specifier of importsOf(source)) {
    if (!specifier.startsWith('.')) continue;
    const target = relative(join(root, 'src'), resolve(root, dirname(file), specifier)).split(sep);
    const to = target.length > 1 ? target[0] : 'index';
    if (from === to || from === 'index') continue;
    if (!(to in ranks)) problems.push(`${file} imports ${specifier}, which is in no room`);
    else if (!(from in ranks)) problems.push(`${file} is in no room`);
    else if (ranks[to] >= ranks[from]) problems.push(`${file} imports ${specifier}: ${from} may not import ${to}`);
  }
  if (from !== 'runtime')
    for (const name of platformNames(source)) problems.push(`${file} uses ${name}: only src/runtime may`);
}

for (const file of ['demos', 'examples', 'bench'].flatMap(filesOf)) {
  for (const specifier of importsOf(sourceOf(file))) {
    // Demo pages show the networks that the examples train.
    const inside = ['demos', 'examples', 'bench'].some(
      (folder) => !relative(join(root, folder), resolve(root, dirname(file), specifier)).startsWith('..'),
    );
    const own = specifier.startsWith('wasmgrad');
    if (own && !published.has(specifier)) problems.push(`${file} imports ${specifier}, which is not an entry point`);
    if (specifier.startsWith('.') && !inside)
      problems.push(`${file} imports ${specifier}: only published entry points`);
  }
}

for (const file of ['src', 'assembly', 'test', 'tools', 'demos', 'examples', 'bench'].flatMap(filesOf)) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1;
  if (lines > maxLines && !longFiles.has(file) && !generated.has(file))
    problems.push(`${file} has ${lines} lines, more than ${maxLines}`);
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log('layers: every import goes to the left');
