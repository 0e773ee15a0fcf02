// Writes the fixtures of the op table: `npm run fixtures` (all families) or `npm run fixtures -- unary conv`.
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
      });
      module.exports = any;`,
    }));
  },
};

/** Loads a family's rows and what makes samples of them. */
async function load(family) {
  const outfile = join(work, `${family}.mjs`);
  const contents = `export { rows } from './test/ops/${family}.ts'; export { samplesOf } from './test/harness/samples.ts';`;
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' };
  await build({ stdin, outfile, plugins: [absent], ...options });
  return import(pathToFileURL(outfile).href);
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
async function update(family, python) {
  const { rows, samplesOf } = await load(family);
  const samples = rows
    .flatMap(samplesOf)
    .filter((sample, i, all) => all.findIndex((other) => other.key === sample.key) === i);
  const path = join(root, `test/fixtures/ops/${family}.bin`);
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
  mkdirSync(join(root, 'test/fixtures/ops'), { recursive: true });
  writeFile(path, fresh.torch, ...merge(good, [fresh, old]));
  const size = readFileSync(path).length;
  console.log(
    `${family}: ${good.length} samples, ${missing.length - failed.length} new, ${stale} dropped, ${size} bytes`,
  );
  return failed.length === 0;
}

try {
  const files = readdirSync(join(root, 'test/ops')).map((file) => file.replace(/\.ts$/, ''));
  const families = files.filter((file) => file !== 'index' && file !== 'table');
  const asked = process.argv.slice(2);
  let found = null;
  const python = () => (found ??= findPython());
  let complete = true;
  for (const family of asked.length > 0 ? asked : families) {
    complete = (await update(family, python)) && complete;
  }
  process.exitCode = complete ? 0 : 1;
} finally {
  rmSync(work, { recursive: true });
}
