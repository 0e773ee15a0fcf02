/**
 * Makes build/demos: the demo pages as static files for any host. The library is not bundled into them; the built package
 * is put next to the pages and imported by relative addresses, in pages and in workers (where import maps do not reach).
 */
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HOME = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = join(HOME, 'demos');
const OUT = join(HOME, 'build', 'demos');
const LIBRARY = join(OUT, 'wasmgrad');

const STATIC = ['style.css', 'draw/mnist-cnn.safetensors'];
const PAGES = ['index.html', 'draw/index.html', 'train/index.html', 'bench/index.html'];
const SCRIPTS = ['draw/main.ts', 'train/main.ts', 'train/worker.ts', 'bench/main.ts', 'bench/worker.ts'];

/**
 * An esbuild plugin: leaves `wasmgrad` and its sub-paths out of the bundle and points them at the package's own files.
 *
 * @param {string} library where the package's dist/ was copied to
 * @param {string} folder where the bundle goes: addresses are relative to it
 * @returns {Promise<import('esbuild').Plugin>}
 */
export async function publishedLibrary(library, folder) {
  const { exports } = JSON.parse(await readFile(join(HOME, 'package.json'), 'utf8'));
  return {
    name: 'published-library',
    setup(setup) {
      setup.onResolve({ filter: /^wasmgrad(\/|$)/ }, ({ path }) => {
        const entry = exports[`.${path.slice('wasmgrad'.length)}`];
        const file = typeof entry === 'string' ? entry : (entry?.browser ?? entry?.import ?? entry?.default);
        if (typeof file !== 'string') return { errors: [{ text: `${path} is not an entry point of the package` }] };
        const address = relative(folder, join(library, relative('dist', file))).replaceAll('\\', '/');
        return { path: address.startsWith('.') ? address : `./${address}`, external: true };
      });
    },
  };
}

/**
 * A page with what it shares with others: `<!-- part: name -->` stands for demos/parts/name.html, and a link to the page's own folder is
 * marked as the current one.
 */
async function assemble(page) {
  let html = await readFile(join(SOURCE, page), 'utf8');
  for (const [comment, name] of html.matchAll(/<!-- part: (\w+) -->/g)) {
    html = html.replace(comment, (await readFile(join(SOURCE, 'parts', `${name}.html`), 'utf8')).trimEnd());
  }
  return html.replace(`href="../${dirname(page)}/"`, 'href="./" aria-current="page"');
}

/** @throws Error when the package is not built */
export async function buildDemos() {
  if (!existsSync(join(HOME, 'dist'))) throw new Error('There is no dist/. Run npm run build first.');
  await rm(OUT, { recursive: true, force: true });
  await cp(join(HOME, 'dist'), LIBRARY, { recursive: true, filter: (path) => path !== join(HOME, 'dist', 'types') });
  for (const file of STATIC) {
    await mkdir(dirname(join(OUT, file)), { recursive: true });
    await copyFile(join(SOURCE, file), join(OUT, file));
  }
  for (const page of PAGES) {
    await mkdir(dirname(join(OUT, page)), { recursive: true });
    await writeFile(join(OUT, page), await assemble(page));
  }
  await copyFile(join(HOME, 'node_modules/uplot/dist/uPlot.min.css'), join(OUT, 'train/uplot.css'));
  for (const script of SCRIPTS) {
    await build({
      entryPoints: [join(SOURCE, script)],
      outfile: join(OUT, script.replace(/\.ts$/, '.js')),
      bundle: true,
      format: 'esm',
      target: 'es2022',
      minify: true,
      sourcemap: true,
      logLevel: 'warning',
      plugins: [await publishedLibrary(LIBRARY, dirname(join(OUT, script)))],
    });
  }
  console.log(`Built ${relative(process.cwd(), OUT) || OUT}: upload it to any static host.`);
}

if (process.argv[1] && fileURLToPath(import.meta.url) === resolve(process.argv[1])) await buildDemos();
