// Writes the fixtures of the op table and of the programs of a course: `npm run fixtures` (all families and topics),
// `npm run fixtures -- unary conv`, or `npm run fixtures -- courses` (all topics).
// Only samples that a family's file does not hold yet are computed; PYTHON names a Python that has torch.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'fixtures-'));

function findPython() {
  for (const python of process.env.PYTHON ? [process.env.PYTHON] : ['python3', '/usr/bin/python3']) {
    if (spawnSync(python, ['-c', 'import torch']).status === 0) return python;
  }
  throw new Error('no Python with torch found: set PYTHON (Debian: apt install python3-torch)');
}

/** Stands for the library: rows name it, and nothing of it runs here. So fixtures can be made before an op works. */
const absent = {
  name: 'absent-library',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/src\/index\.js$/ }, () => ({ path: 'library', namespace: 'absent' }));
    onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
      contents: `const any = new Proxy(function () {}, {
        get: (target, name) => (name === 'prototype' ? target.prototype : any),
        apply: () => any,
        construct: () => any,
        getPrototypeOf: () => any,
      });
      module.exports = any;`,
    }));
  },
};

/** Where families and topics stand, what is no such file there, and what their samples are. */
const folders = {
  ops: {
    besides: ['index', 'table'],
    samples: (family) =>
      `import { rows } from './test/ops/${family}.ts'; import { samplesOf } from './test/harness/samples.ts';
      export const samples = rows.flatMap(samplesOf);`,
  },
  courses: {
    besides: ['program'],
    samples: (topic) =>
      `import { programs } from './test/courses/${topic}.ts'; import { sampleOf } from './test/courses/program.ts';
      export const samples = programs.map(sampleOf);`,
  },
};

/** The samples of a family of ops or of a topic. */
async function load(folder, family) {
  const outfile = join(work, `${folder}-${family}.mjs`);
  const contents = folders[folder].samples(family);
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' };
  await build({ stdin, outfile, plugins: [absent], ...options });
  const { samples } = await import(pathToFileURL(outfile).href);
  return samples;
}

/** The header and numbers of a family's file (its layout: test/harness/fixtures.ts). */
function readFile(path) {
  if (!existsSync(path)) return { torch: null, samples: {}, numbers: new Float64Array() };
  const plain = gunzipSync(readFileSync(path));
  const length = plain.readUInt32LE(0);
  const header = JSON.parse(plain.subarray(4, 4 + length).toString());
  return {
    ...header,
    numbers: new Float64Array(new Uint8Array(plain.subarray(Math.ceil((4 + length) / 8) * 8)).buffer),
  };
}

function writeFile(path, torch, samples, numbers) {
  const header = Buffer.from(JSON.stringify({ torch, samples }));
  const prefix = Buffer.alloc(Math.ceil((4 + header.length) / 8) * 8);
  prefix.writeUInt32LE(header.length, 0);
  header.copy(prefix, 4);
  writeFileSync(path, gzipSync(Buffer.concat([prefix, Buffer.from(Float64Array.from(numbers).buffer)]), { level: 9 }));
}

/** JSON has no NaN, infinities or -0. */
function textual(x) {
  return Object.is(x, -0) ? '-0' : Number.isFinite(x) ? x : String(x);
}

function ask(python, samples) {
  const [request, response] = [join(work, 'request.json'), join(work, 'response.bin')];
  const list = samples.map(({ key, kind, source, inputs }) => ({
    key,
    torch: source.torch,
    single: source.single ?? false,
    seed: source.seed ?? null,
    module: source.module ?? null,
    program: kind === 'program',
    tiled: kind === 'tiled',
    inputs: inputs.map((input) => ({ ...input, data: input.data.map(textual) })),
  }));
  writeFileSync(request, JSON.stringify(list));
  const run = spawnSync(python, [join(root, 'tools/reference.py'), request, response], { stdio: ['ignore', 2, 2] });
  if (run.status !== 0) throw new Error('tools/reference.py failed');
  const bytes = readFileSync(response);
  const end = bytes.indexOf(10);
  const numbers = new Float64Array(new Uint8Array(bytes.subarray(end + 1)).buffer);
  return { ...JSON.parse(bytes.subarray(0, end).toString()), numbers };
}

/** The samples of a family in the table's order, with their numbers one after the other. */
function merge(samples, sources) {
  const [entries, numbers] = [{}, []];
  for (const sample of samples) {
    const source = sources.find((candidate) => candidate.samples[sample.key]);
    const { results, grads } = source.samples[sample.key];
    const move = (at, shape) => {
      const to = numbers.length;
      const n = shape.reduce((product, size) => product * size, 1);
      for (let i = 0; i < n; i++) numbers.push(source.numbers[at + i]);
      return to;
    };
    const shapeOf = (name) => sample.inputs.find((input) => input.name === name).shape;
    entries[sample.key] = {
      results: results.map((result) => ({ ...result, at: move(result.at, result.shape) })),
      grads: Object.fromEntries(
        Object.entries(grads).map(([name, at]) => [name, at === null ? null : move(at, shapeOf(name))]),
      ),
    };
  }
  return [entries, numbers];
}

/** Brings one family's file up to date; answers whether every sample has its fixture. */
async function update(folder, family, python) {
  const loaded = await load(folder, family);
  const samples = loaded.filter((sample, i, all) => all.findIndex((other) => other.key === sample.key) === i);
  const path = join(root, `test/fixtures/${folder}/${family}.bin`);
  const old = readFile(path);
  const missing = samples.filter((sample) => !old.samples[sample.key]);
  const stale = Object.keys(old.samples).length - (samples.length - missing.length);
  if (missing.length === 0 && stale === 0) {
    console.log(`${family}: ${samples.length} samples, up to date`);
    return true;
  }
  const fresh = missing.length > 0 ? ask(python(), missing) : { torch: old.torch, samples: {}, numbers: [] };
  const failed = missing.filter((sample) => fresh.samples[sample.key].error);
  for (const sample of failed) console.error(`${family}: '${sample.label}': ${fresh.samples[sample.key].error}`);
  const good = samples.filter((sample) => !failed.includes(sample));
  mkdirSync(join(root, `test/fixtures/${folder}`), { recursive: true });
  writeFile(path, fresh.torch, ...merge(good, [fresh, old]));
  const size = readFileSync(path).length;
  console.log(
    `${family}: ${good.length} samples, ${missing.length - failed.length} new, ${stale} dropped, ${size} bytes`,
  );
  return failed.length === 0;
}

try {
  const all = Object.entries(folders).flatMap(([folder, { besides }]) =>
    readdirSync(join(root, 'test', folder))
      .map((file) => file.replace(/\.ts$/, ''))
      .filter((family) => !besides.includes(family))
      .map((family) => ({ folder, family })),
  );
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !all.some(({ folder, family }) => name === family || name === folder));
  if (unknown.length > 0) throw new Error(`no such family or topic: ${unknown.join(', ')}`);
  let found = null;
  const python = () => (found ??= findPython());
  let complete = true;
  for (const { folder, family } of all) {
    const meant = asked.length === 0 || asked.includes(family) || asked.includes(folder);
    if (meant) complete = (await update(folder, family, python)) && complete;
  }
  process.exitCode = complete ? 0 : 1;
} finally {
  rmSync(work, { recursive: true });
}
