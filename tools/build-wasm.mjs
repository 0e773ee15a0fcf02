// Compiles the kernels. Usage: node tools/build-wasm.mjs [--simd]
//
// The signatures of the kernels are written once, in AssemblyScript: `@dtypes f32 f64` in the comment of an exported template makes a kernel
// for each of these; a first pass over assembly/index.ts emits the others as a .d.ts. From both come the trampolines (assembly/generated/jobs.ts: arguments from memory to parameters) and what
// `launch` takes (src/runtime/kernels.ts: a typed number for each family of kernels). A second pass compiles both builds to build/.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  renameSync,
  existsSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'build');
const asc = join(root, 'node_modules/assemblyscript/bin/asc.js');
const builds = process.argv.includes('--simd') ? ['simd'] : ['simd', 'relaxed'];
const features = { simd: 'simd,threads', relaxed: 'simd,threads,relaxed-simd' };

async function compile(args) {
  // v128 between functions of the module, 32-bit pointers and exported templates are meant.
  const quiet = ['112', '201', '235'].flatMap((code) => ['--disableWarning', code]);
  const options = { cwd: root, stdio: 'inherit' };
  const [code] = await once(
    spawn(process.execPath, [asc, ...args, ...quiet, '--config', 'asconfig.json'], options),
    'exit',
  );
  if (code !== 0) process.exit(code ?? 1);
}

/** An exported function whose last parameters are `begin, end`, given as [name, type] each. `call` is what a trampoline calls. */
function kernelOf(name, call, given) {
  const names = given.map(([p]) => p);
  if (names.at(-1) !== 'end' || names.at(-2) !== 'begin') throw new Error(`${name}: a kernel ends in begin, end`);
  const parameters = given.slice(0, -2).map(([p, type]) => ({ name: p, type }));
  checkOrder(name, parameters);
  return { name, call, parameters };
}

/** An exported function with the comment before it. */
const exported = (generics) =>
  new RegExp(String.raw`\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export function (\w+)${generics}\(([^)]*)\)`, 'g');

/** The parameters of a signature, as [name, type]. */
const readParameters = (text) => text.split(',').filter((p) => p.trim()).map((p) => p.split(':').map((part) => part.trim())); // prettier-ignore

/** Kernels of a .d.ts, where comments tell the types. */
function readKernels(dts) {
  return [...dts.matchAll(exported(''))].map(([, comment, name, parameters]) => {
    const types = new Map([...comment.matchAll(/@param (\w+) `(\w+)`/g)].map(([, p, type]) => [p, type]));
    return kernelOf(
      name,
      name,
      readParameters(parameters).map(([p]) => [p, types.get(p)]),
    );
  });
}

/** The endings of names by dtype: float32, float64, int32, uint8. */
const dtypes = ['', 'F64', 'I32', 'U8'];
const endings = { f32: '', f64: 'F64', i32: 'I32', u8: 'U8' };

function sources() {
  const files = readdirSync(join(root, 'assembly'), { recursive: true });
  return files
    .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
    .sort()
    .map((name) => readFileSync(join(root, 'assembly', name), 'utf8'));
}

/** Kernels from templates: `@dtypes` names the types for which there is one. */
function readTemplates() {
  const kernels = [];
  for (const [, comment, stem, parameters] of sources().flatMap((text) => [...text.matchAll(exported('<T>'))])) {
    const types =
      comment
        .match(/@dtypes ([\w ]+)/)?.[1]
        .trim()
        .split(' ') ?? [];
    for (const T of types) {
      if (!(T in endings)) throw new Error(`${stem}: @dtypes names ${T}, which no tensor has`);
      const own = readParameters(parameters).map(([p, type]) => [p, type === 'T' ? T : type]);
      kernels.push({ ...kernelOf(stem + endings[T], `${stem}<${T}>`, own), stem, T });
    }
  }
  return kernels;
}

/**
 * What a parameter can be where kernels of several dtypes are called alike: a pointer or another word, a list, a double, or a
 * scalar of the kernel's own dtype.
 */
function kindsOf({ type, ...p }, dtype) {
  if (isList(p)) return ['list'];
  if (type === 'usize') return ['word'];
  if (type === 'f64') return dtype === 'F64' ? ['double', 'own'] : ['double'];
  if (type === 'f32') return dtype === '' ? ['own'] : [];
  return dtype === '' || dtype === 'F64' ? ['word'] : ['word', 'own'];
}

/** The kinds of parameters with which all of these kernels can be called, or null. */
function commonKinds(kernels) {
  const names = (k) => k.parameters.map((p) => p.name).join();
  if (kernels.some((k) => names(k) !== names(kernels[0]))) return null;
  const kinds = kernels[0].parameters.map((_, i) => {
    const [first, ...others] = kernels.map((k) => kindsOf(k.parameters[i], k.dtype));
    return first.find((kind) => others.every((other) => other.includes(kind)));
  });
  return kinds.includes(undefined) ? null : kinds;
}

/**
 * The kernels in the order of the table, as families: kernels that differ in their dtype alone lie one after the other, so that one
 * number names them all.
 */
function inFamilies(kernels) {
  const byStem = new Map();
  for (const kernel of kernels) {
    // A cast has two dtypes, and stands for itself.
    const [, stem, dtype = ''] = /^(cast\w+|\w+?)(F64|I32|U8)?$/.exec(kernel.name);
    byStem.set(stem, [...(byStem.get(stem) ?? []), { ...kernel, dtype }]);
  }
  const families = [];
  for (const [stem, variants] of [...byStem].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const place = (kernel) => dtypes.indexOf(kernel.dtype);
    variants.sort((a, b) => place(a) - place(b));
    const members = variants.filter((v, i) => place(v) === place(variants[0]) + i && commonKinds([variants[0], v]));
    const alone = variants.filter((v) => members.length === 1 || !members.includes(v));
    if (members.length > 1) families.push({ name: stem, first: place(members[0]), members });
    for (const kernel of alone) families.push({ name: kernel.name, first: 0, members: [kernel] });
  }
  return families;
}

/** A list of words behind the arguments: `meta`, or `table`, which holds pointers (assembly/table.ts). */
const isList = (p) => p.name === 'meta' || p.name === 'table';
const mark = { usize: '*', f64: ':', i64: ':' };
const parameter = (p) => `${p.name}${isList(p) ? '' : (mark[p.type] ?? '')}`;

/** Pointers come before all other parameters: a captured step finds them in the first words of a job's arguments. */
function checkOrder(name, parameters) {
  const isPointer = parameters.map((p) => p.type === 'usize' && !isList(p));
  if (isPointer.lastIndexOf(true) < isPointer.filter(Boolean).length) return;
  throw new Error(`${name}: pointers come before other parameters`);
}

const words = (p) => (isList(p) ? 0 : p.type === 'f64' || p.type === 'i64' ? 2 : 1);

function layout(kernel) {
  let at = 0;
  const fields = kernel.parameters.map((p) => {
    const field = { ...p, at };
    at += words(p);
    return field;
  });
  const metas = fields.filter(isList);
  if (metas.length > 1) throw new Error(`${kernel.name}: one meta or table at most`);
  return { ...kernel, fields: fields.map((f) => (isList(f) ? { ...f, at } : f)), words: at };
}

function trampolines(kernels) {
  const bodies = kernels.map(({ call, fields }, i) => {
    const values = fields.map((f) => (isList(f) ? `args + ${4 * f.at}` : `load<${f.type}>(args, ${4 * f.at})`));
    return `function job${i}(args: usize, begin: i32, end: i32): void {\n  ${call}(${[...values, 'begin', 'end'].join(', ')});\n}\n`;
  });
  const cases = kernels.map((_, i) => `    case ${i}:\n      return changetype<Job>(job${i}).index;`);
  return `// Generated by tools/build-wasm.mjs. Do not edit.
import { ${[...new Set(kernels.map((k) => k.stem ?? k.name))].join(', ')} } from '../index';

type Job = (args: usize, begin: i32, end: i32) => void;

${bodies.join('\n')}
/** The table index of a kernel, by its place in the sorted list. */
export function tableIndex(kernel: i32): i32 {
  switch (kernel) {
${cases.join('\n')}
    default:
      return -1;
  }
}
`;
}

/** Bytes of the elements by type. */
const elementBytes = { bool: 1, u8: 1, i32: 4, f32: 4, f64: 8 };

/**
 * Kernels that work element by element on contiguous operands, may write to an operand, and give the same bits however they are cut:
 * those that do nothing but `map1` or `map2`, and a few that have no `meta`. By name: the bytes of an element of each pointer.
 */
function readElementwise(kernels) {
  const found = new Map([
    ['accumulate', [4, 4]],
    ['accumulateF64', [8, 8]],
    ['dropout', [4, 4, 1]],
    ['dropoutF64', [8, 8, 1]],
  ]);
  const body = /export function (\w+)(?:<T>)?\([^)]*\): void \{\s*map([12])<(\w+), (\w+), [^;]*;\s*\}/g;
  const maps = new Map();
  for (const [, name, count, of, to] of sources().flatMap((text) => [...text.matchAll(body)])) {
    maps.set(name, [to, ...Array.from({ length: Number(count) }, () => of)]);
  }
  for (const { name, stem = name, T } of kernels) {
    if (maps.has(stem)) found.set(name, maps.get(stem).map((type) => elementBytes[type === 'T' ? T : type])); // prettier-ignore
  }
  for (const { name, parameters } of kernels) {
    const pointers = parameters.filter((p) => p.type === 'usize' && !isList(p)).length;
    const bytes = found.get(name);
    if (bytes && (bytes.length !== pointers || bytes.includes(undefined))) {
      throw new Error(`${name}: not the pointers that an elementwise kernel has`);
    }
  }
  return found;
}

/**
 * A family as the number that `launch` takes: the index of its float32 kernel, whether its scalars are doubles whatever the dtype,
 * and which of its parameters are scalars.
 */
function familyNumber({ first, members }, index) {
  const kinds = commonKinds(members);
  if (kinds.indexOf('list') >= 0 && kinds.indexOf('list') < kinds.length - 1)
    throw new Error(`${members[0].name}: a list comes last`);
  const isScalar = kinds.map((kind) => kind === 'own' || kind === 'double');
  if (new Set(kinds.filter((_, i) => isScalar[i])).size > 1)
    throw new Error(`${members[0].name}: scalars of two kinds`);
  if (isScalar.lastIndexOf(true) > 19) throw new Error(`${members[0].name}: scalars come earlier`);
  const marks = isScalar.reduce((sum, scalar, i) => sum + (scalar ? 2 ** i : 0), 0);
  return marks * 2048 + (kinds.includes('double') ? 1024 : 0) + index - first;
}

function launchers(families, index) {
  let at = 0;
  const constants = families.map((family) => {
    const { name, members } = family;
    const parameters = members[0].parameters.map((p) => `${p.name}: ${isList(p) ? 'ArrayLike<number>' : 'number'}`);
    const dtype = members.length > 1 ? 'DType' : 'null';
    const number = familyNumber(family, index(at));
    at += members.length;
    return `export const ${name} = ${number} as Kernel<[${parameters.join(', ')}], ${dtype}>;`;
  });
  return `// Generated by tools/build-wasm.mjs from the signatures in assembly/. Do not edit. Numbers alone, which bundlers put where they are used.
import type { DType } from '../core/dtypes.js';
import type { Kernel } from './launch.js';

${constants.join('\n')}
`;
}

function descriptions(kernels, index) {
  const elementwise = readElementwise(kernels);
  return `// Generated by tools/build-wasm.mjs from the signatures in assembly/. Do not edit.

/** Kernel names by table index. */
export const kernelNames: Readonly<Record<number, string>> = {
${kernels.map((k, i) => `  ${index(i)}: '${k.name}',`).join('\n')}
};

/** What the words of a job's arguments are, by table index: names in order, * marks pointers and : doubles (two words); meta comes last. */
export const kernelParameters: Readonly<Record<number, string>> = {
${kernels.map(({ fields }, i) => `  ${index(i)}: '${fields.map(parameter).join(' ')}',`).join('\n')}
};

/** Kernels that work element by element: the bytes of an element of each pointer, by table index. */
export const elementwise: Readonly<Record<number, readonly number[]>> = {
${kernels.flatMap(({ name }, i) => (elementwise.has(name) ? [`  ${index(i)}: [${elementwise.get(name)}],`] : [])).join('\n')}
};
`;
}

function tableIndices(file, count) {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true });
  const module = new WebAssembly.Module(readFileSync(file));
  const instance = new WebAssembly.Instance(module, { env: { memory, abort() {} } });
  return Array.from({ length: count }, (_, i) => instance.exports.tableIndex(i));
}

function writeIfChanged(file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** One build at a time: a second one waits for the first. */
function lock() {
  const path = join(out, '.lock');
  mkdirSync(out, { recursive: true });
  for (;;) {
    try {
      mkdirSync(path);
      process.on('exit', () => rmSync(path, { recursive: true, force: true }));
      process.on('SIGINT', () => process.exit(130));
      return;
    } catch {
      const age = existsSync(path) ? Date.now() - statSync(path).mtimeMs : 0;
      if (age > 300_000) rmSync(path, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

/** What the outputs depend on: a build with the same fingerprint is left as it is. */
function fingerprint() {
  const hash = createHash('sha256').update(builds.join());
  const files = readdirSync(join(root, 'assembly'), { recursive: true })
    .map((name) => join('assembly', name))
    .filter((name) => name.endsWith('.ts') && !name.includes('generated'));
  const others = ['tools/build-wasm.mjs', 'asconfig.json', 'package-lock.json', 'src/runtime/worker.ts'];
  for (const name of [...files.sort(), ...others, 'src/runtime/instantiate.ts', 'src/runtime/platform.ts']) {
    hash.update(name).update(readFileSync(join(root, name)));
  }
  return hash.digest('hex');
}

lock();
const stamp = join(out, 'fingerprint');
const current = fingerprint();
const outputs = [
  ...builds.map((b) => join(out, `${b}.wasm`)),
  join(out, 'worker.js'),
  join(root, 'src/runtime/kernels.ts'),
  join(root, 'src/runtime/kernel-names.ts'),
];
if (outputs.every(existsSync) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) {
  console.log('the kernels are up to date');
  process.exit();
}
const pass1 = join(out, 'pass1');
mkdirSync(pass1, { recursive: true });
await compile(['assembly/index.ts', '-o', join(pass1, 'kernels.wasm'), '--bindings', 'raw', '--enable', features.simd]);
const single = readKernels(readFileSync(join(pass1, 'kernels.d.ts'), 'utf8'));
const families = inFamilies([...single, ...readTemplates()]);
const kernels = families.flatMap(({ members }) => members).map(layout);
writeIfChanged(join(root, 'assembly/generated/jobs.ts'), trampolines(kernels));

/**
 * A copy of the sources for the relaxed build, in which the literals of `Lanes.splat` come from memory. Engines that have relaxed
 * SIMD (V8 since 13) make a v128 constant anew at each use, inside of loops too, which halves the speed of a long formula; a load
 * costs them next to nothing. Older ones keep constants in registers, so the other build has literals.
 */
function withLiteralsInMemory() {
  const folder = join(out, 'relaxed');
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, 'assembly'), folder, { recursive: true });
  const number = String.raw`-?[\d.]+(?:e-?\d+)?`;
  const literal = new RegExp(
    String.raw`Lanes\.splat<(\w+)>\((?:sizeof<T>\(\) == 4 \? (${number}) : )?(${number})\)`,
    'g',
  );
  for (const name of readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.ts'))) {
    const text = readFileSync(join(folder, name), 'utf8');
    const places = new Map();
    const inMemory = (all, T, single, last) => {
      const x = single ?? last;
      if (Number(x) === 0 || T === 'f64') return all;
      if (!places.has(x)) places.set(x, `LITERAL${places.size}`);
      return `(sizeof<${T}>() == 4 ? v128.load32_splat(${places.get(x)}) : f64x2.splat(${last}))`;
    };
    const body = text.replace(literal, inMemory);
    const constants = [...places].map(([x, place]) => `const ${place}: usize = memory.data<f32>([${x}]);\n`);
    writeFileSync(join(folder, name), body + constants.join(''));
  }
  return 'build/relaxed';
}

const folders = { simd: () => 'assembly', relaxed: withLiteralsInMemory };
const fileOf = (build) => join(out, `${build}.wasm`);
await Promise.all(
  builds.map((build) => {
    const entries = ['parallel.ts', 'generated/jobs.ts'].map((file) => `${folders[build]()}/${file}`);
    return compile([...entries, '-o', `${fileOf(build)}.new`, '--enable', features[build], '-O3', '--noAssert']);
  }),
);
const reference = tableIndices(`${fileOf('simd')}.new`, kernels.length);
if (reference.some((index, i) => index !== reference[0] + i || index > 1023))
  throw new Error('the table has another order');
for (const build of builds) renameSync(`${fileOf(build)}.new`, fileOf(build));
const index = (i) => reference[i];
writeIfChanged(join(root, 'src/runtime/kernels.ts'), launchers(families, index));
writeIfChanged(join(root, 'src/runtime/kernel-names.ts'), descriptions(kernels, index));
await bundle({
  entryPoints: [join(root, 'src/runtime/worker.ts')],
  outfile: join(out, 'worker.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
});
console.log(
  `${kernels.length} kernels: ${builds.map((b) => `${b}.wasm ${statSync(join(out, `${b}.wasm`)).size} bytes`).join(', ')}`,
);
writeFileSync(stamp, current);
