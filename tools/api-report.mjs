// Writes api.txt, the public names and their types by entry point: `npm run api`. With --check it fails where the report
// is not what the sources say, so that no change of the public face goes unseen.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const rooms = ['', 'nn', 'optim', 'data', 'train', 'io', 'viz'];
const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config;
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const entryOf = (room) => join(root, 'src', room, 'index.ts');
const program = ts.createProgram(rooms.map(entryOf).filter(existsSync), options);
const checker = program.getTypeChecker();
const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;

const isHidden = (symbol) =>
  symbol.name.startsWith('#') ||
  symbol.name === 'prototype' ||
  symbol.getJsDocTags(checker).some((tag) => tag.name === 'internal') ||
  (symbol.declarations ?? []).some((node) => {
    const modifiers = ts.getCombinedModifierFlags(node);
    return (
      ts.isPrivateIdentifier(node.name ?? node) || modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)
    );
  });

const typeText = (type, node) => checker.typeToString(type, node, flags).replaceAll(/import\("[^"]*"\)\./g, '');

function memberName(symbol) {
  const [, known] = /^__@(\w+)@/.exec(symbol.name) ?? [];
  return known ? `[Symbol.${known}]` : symbol.name;
}

/** One line for each signature or value of a symbol. */
function describe(symbol, node, name) {
  const type = checker.getTypeOfSymbolAtLocation(symbol, node);
  const calls = type.getCallSignatures();
  const optional = symbol.flags & ts.SymbolFlags.Optional ? '?' : '';
  if (calls.length === 0 || optional) return [`${name}${optional}: ${typeText(type, node)}`];
  return calls.map(
    (call) => `${name}${checker.signatureToString(call, node, flags).replaceAll(/import\("[^"]*"\)\./g, '')}`,
  );
}

function describeClass(symbol, node) {
  const lines = [];
  const constructor = checker.getTypeOfSymbolAtLocation(symbol, node);
  for (const signature of constructor.getConstructSignatures()) {
    lines.push(`  new ${checker.signatureToString(signature, node, flags)}`);
  }
  const own = checker.getDeclaredTypeOfSymbol(symbol);
  const inherited = new Set(
    checker.getBaseTypes(own).flatMap((base) => checker.getPropertiesOfType(base).map((member) => member.name)),
  );
  const isOwn = (member) => !inherited.has(member.name) || (member.declarations ?? []).some((at) => at.parent === node);
  for (const member of checker.getPropertiesOfType(own)) {
    if (isOwn(member) && !isHidden(member)) lines.push(...describe(member, node, `  ${memberName(member)}`));
  }
  for (const member of checker.getPropertiesOfType(constructor)) {
    if (!isHidden(member) && (member.declarations ?? []).some((at) => at.parent === node))
      lines.push(...describe(member, node, `  static ${memberName(member)}`));
  }
  return lines;
}

function describeExport(symbol, prefix) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const node = target.valueDeclaration ?? target.declarations?.[0];
  const name = `${prefix}${symbol.name}`;
  if (!node || isHidden(target)) return [];
  if (target.flags & ts.SymbolFlags.ValueModule) {
    // A namespace such as `nn`: its own entry point lists it, `nn.init` and its like are listed here.
    if (ts.isSourceFile(node) && rooms.some((room) => room && entryOf(room) === node.fileName))
      return [`namespace ${name}`];
    return [`namespace ${name}`, ...exportsOf(target, `${name}.`)];
  }
  if (target.flags & ts.SymbolFlags.Class) {
    const base = node.heritageClauses?.map((clause) => ` ${clause.getText()}`).join('') ?? '';
    return [`class ${name}${base}`, ...describeClass(target, node)];
  }
  if (target.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) {
    const text = node
      .getText()
      .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
      .replaceAll(/\s+/g, ' ');
    return [text.replace(/^export /, '').replaceAll(/readonly (?=\w+\??:)/g, '')];
  }
  return describe(target, node, name);
}

function exportsOf(module, prefix) {
  const symbols = checker.getExportsOfModule(module).sort((a, b) => (a.name < b.name ? -1 : 1));
  return symbols.flatMap((symbol) => describeExport(symbol, prefix));
}

const report = rooms
  .filter((room) => existsSync(entryOf(room)))
  .map((room) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entryOf(room)));
    return [`# wasmgrad${room && `/${room}`}`, '', ...exportsOf(module, ''), ''].join('\n');
  })
  .join('\n');

const path = join(root, 'api.txt');
if (!process.argv.includes('--check')) {
  writeFileSync(path, report);
} else if (!existsSync(path) || readFileSync(path, 'utf8') !== report) {
  console.error('api.txt is not what the sources export: run `npm run api` and look at the difference');
  process.exitCode = 1;
} else {
  console.log('api: as reported');
}
