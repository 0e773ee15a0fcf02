// Checks the sizes of the built package against budget.json, in bytes of gzip: the JavaScript of all entry points
// (without the copy of the kernels for bundlers, which is loaded only where the file is missing), each Wasm build, and the bundle of an
// app that uses one layer.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const budget = JSON.parse(readFileSync(join(root, 'budget.json'), 'utf8'));
const files = readdirSync(join(root, 'dist'));
const sizeOf = (file) => gzipSync(readFileSync(join(root, 'dist', file)), { level: 9 }).length;
const scripts = files.filter((file) => file.endsWith('.js') && file !== 'embedded.js');

/** The gzip of an app, bundled and minified as its author would. */
async function sizeOfApp(app) {
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
  'app of one layer': await sizeOfApp(app),
  'Linear alone': await sizeOfApp(layer),
};

for (const [name, size] of Object.entries(sizes)) {
  const over = size > budget[name];
  console[over ? 'error' : 'log'](`${name}: ${size} of ${budget[name]} bytes (gzip)${over ? ': over budget' : ''}`);
  if (over) process.exitCode = 1;
}
