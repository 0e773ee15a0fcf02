// Builds the package into dist/: kernels, one bundle with shared chunks for all entry points, typings; where its sources are those of the
// last build, dist/ stays as it is. Usage: node tools/build.mjs [--no-types]
//
// Typings are written without checking the types of the sources, which npm run typecheck does.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const entries = ['nn', 'optim', 'data', 'train', 'io', 'viz'];

async function run(...args) {
  const [code] = await once(spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }), 'exit');
  if (code !== 0) process.exit(code ?? 1);
}

await Promise.all([run('tools/build-wasm.mjs'), run('tools/make-digits.mjs')]);

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
if (!readFileSync(join(root, 'src/runtime/version.ts'), 'utf8').includes(`'${version}'`)) {
  throw new Error(`src/runtime/version.ts does not say ${version}, as package.json does`);
}

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** What dist/ is made of, and what lies in it: as long as both are as the last build left them, there is nothing to do. */
function fingerprint() {
  const hash = createHash('sha256');
  const tools = ['tools/build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  const kernels = ['simd.wasm', 'relaxed.wasm', 'worker.js'].map((name) => join('build', name));
  for (const file of [...filesIn(join(root, 'src')), ...[...tools, ...kernels].map((name) => join(root, name))])
    hash.update(file).update(readFileSync(file));
  if (existsSync(dist)) for (const file of filesIn(dist)) hash.update(`${file} ${statSync(file).size}\n`);
  return hash.digest('hex');
}

const withTypes = !process.argv.includes('--no-types');
const stamp = join(root, 'build/dist-fingerprint');
if (existsSync(stamp)) {
  const current = fingerprint();
  const [kind, last] = readFileSync(stamp, 'utf8').split(' ');
  if (last === current && (kind === 'types' || !withTypes)) {
    console.log('dist is up to date');
    process.exit();
  }
}
rmSync(stamp, { force: true });
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

/** In the package the kernels, the worker and the digits lie beside the bundles, not in the source tree's folders. */
const assetsBesideTheCode = {
  name: 'assets-beside-the-code',
  setup({ onResolve }) {
    onResolve({ filter: /\/assets\.js$/ }, ({ resolveDir }) => ({ path: join(resolveDir, 'assets.dist.ts') }));
    onResolve({ filter: /\/embedded\.js$/ }, () => ({ path: './embedded.js', external: true }));
  },
};

/**
 * What bundlers and minifiers do not see by themselves: layers print their class's name, which the lowering of classes and the minifiers
 * of apps would change, so it becomes a static field; a constant that a call at the top of a module makes can be left out.
 */
const readableForBundlers = {
  name: 'readable-for-bundlers',
  setup({ onLoad, initialOptions }) {
    onLoad({ filter: /[\\/]src[\\/].+\.ts$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      if (/[\\/]src[\\/](nn|data)[\\/]/.test(path)) {
        contents = contents.replace(
          /^(?:export )?class (\w+)\b.*\{$/gm,
          (head, name) => `${head}static name='${name}';`,
        );
      }
      contents = contents.replace(
        /^((?:export )?const \w+(?:: [^=;]+)? =\s+)(?=[a-z]\w*(?:\.\w+)*(?:<[^>()]+>)?\()/gm,
        '$1/* @__PURE__ */ ',
      );
      if (!initialOptions.bundle) {
        contents = contents
          .replace(/'[./]+\/embedded\.js'/g, "'../../embedded.js'")
          .replace("'@assemblyscript/loader'", "'../assemblyscript-loader.js'")
          .replace(/\/assets\.js'/g, "/assets.dist.js'");
      }
      return { contents, loader: 'ts' };
    });
  },
};

const common = {
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['browser', 'module', 'main'],
  target: 'es2022',
  minifySyntax: true,
  minifyWhitespace: true,
  // Node prints the line where an error was thrown, before its message.
  lineLimit: 2000,
  keepNames: false,
  legalComments: 'none',
  logLevel: 'warning',
};
await build({
  ...common,
  entryPoints: {
    index: join(root, 'src/index.ts'),
    ...Object.fromEntries(entries.map((e) => [e, join(root, `src/${e}/index.ts`)])),
  },
  outdir: dist,
  splitting: true,
  chunkNames: 'chunk-[hash]',
  plugins: [assetsBesideTheCode, readableForBundlers],
});
// In `modules/` each source stays a module of its own, so that bundlers leave out what an app does not import, and see its constants.
await build({
  ...common,
  bundle: false,
  // Without whitespace esbuild leaves out `@__PURE__`, too.
  minifyWhitespace: false,
  entryPoints: readdirSync(join(root, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !/(^|[\\/])(assets|worker)\.ts$/.test(name))
    .map((name) => join(root, 'src', name)),
  outbase: join(root, 'src'),
  outdir: join(dist, 'modules'),
  plugins: [readableForBundlers],
});
// What the package carries with it, so that it needs no dependency for it.
await build({
  ...common,
  stdin: { contents: "export { instantiateSync } from '@assemblyscript/loader';", resolveDir: root },
  outfile: join(dist, 'modules/assemblyscript-loader.js'),
});
// The files beside the bundles, seen from the modules.
for (const name of ['runtime/assets.dist.js', 'data/digits.js']) {
  const file = join(dist, 'modules', name);
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('new URL("./', 'new URL("../../'));
}

for (const name of ['simd.wasm', 'relaxed.wasm', 'worker.js'])
  copyFileSync(join(root, 'build', name), join(dist, name));
copyFileSync(join(root, 'src/data/digits.bin.gz'), join(dist, 'digits.bin.gz'));
const wasm = readFileSync(join(dist, 'simd.wasm')).toString('base64');
const worker = readFileSync(join(dist, 'worker.js'), 'utf8');
writeFileSync(
  join(dist, 'embedded.js'),
  `export const wasm=${JSON.stringify(wasm)};\nexport const worker=${JSON.stringify(worker)};\n`,
);

if (withTypes) await run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
writeFileSync(stamp, `${withTypes ? 'types' : 'no-types'} ${fingerprint()}`);

const size = readdirSync(dist).reduce((sum, name) => sum + statSync(join(dist, name)).size, 0);
console.log(`dist: ${(size / 1024).toFixed(0)} kB`);
