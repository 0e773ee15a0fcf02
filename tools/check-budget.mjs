// Checks the sizes of the built package against budget.json, in bytes of gzip: the JavaScript of all entry points
// (without the copy of the kernels for bundlers, which is loaded only where the file is missing), each Wasm build, and the bundles of
// apps that use one layer. Bundlers differ: webpack's minifier makes 4 % less of the same modules than esbuild does.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import webpack from 'webpack';

const root = fileURLToPath(new URL('..', import.meta.url));
const budget = JSON.parse(readFileSync(join(root, 'budget.json'), 'utf8'));
const files = readdirSync(join(root, 'dist'));
const sizeOf = (file) => gzipSync(readFileSync(join(root, 'dist', file)), { level: 9 }).length;
const scripts = files.filter((file) => file.endsWith('.js') && file !== 'embedded.js');

/** The gzip of an app that webpack builds without configuration. */
async function sizeByWebpack(app) {
  const folder = join(root, 'build/size');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'app.js'), app.replaceAll("'./", "'../../dist/modules/"));
  const stats = await promisify(webpack)({
    context: folder,
    entry: './app.js',
    mode: 'production',
    output: { path: folder },
  });
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
  return gzipSync(readFileSync(join(folder, 'main.js')), { level: 9 }).length;
}

/** The gzip of an app, bundled and minified by esbuild. */
async function sizeByEsbuild(app) {
  const { outputFiles } = await build({
    stdin: { contents: app, resolveDir: join(root, 'dist/modules') },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    external: ['*/embedded.js'],
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const layer = `import { Linear } from './nn/index.js';
console.log(new Linear(2, 1));`;
const app = `import { init, tensor } from './index.js';
import { Linear } from './nn/index.js';
init().then(() => console.log(String(new Linear(2, 1).forward(tensor([[1, 2]])))));`;

const sizes = {
  javascript: scripts.reduce((sum, file) => sum + sizeOf(file), 0),
  'simd.wasm': sizeOf('simd.wasm'),
  'relaxed.wasm': sizeOf('relaxed.wasm'),
  'app of one layer': await sizeByEsbuild(app),
  'Linear alone, webpack': await sizeByWebpack(layer),
  'Linear alone, esbuild': await sizeByEsbuild(layer),
};

for (const [name, size] of Object.entries(sizes)) {
  const over = size > budget[name];
  console[over ? 'error' : 'log'](`${name}: ${size} of ${budget[name]} bytes (gzip)${over ? ': over budget' : ''}`);
  if (over) process.exitCode = 1;
}
