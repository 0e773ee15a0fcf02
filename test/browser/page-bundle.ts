import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Loader, type Plugin } from 'esbuild';

/** The project's folder, which the server shows to the pages. */
export const HOME: string = fileURLToPath(new URL('../..', import.meta.url));

const HERE = fileURLToPath(new URL('.', import.meta.url));
const TESTS = join(HOME, 'test');
const OUT = join(HOME, 'build', 'checks');

/** A test file that runs in pages as it is. */
export interface PortableFile {
  readonly name: string;
  /** It compares the table of ops with itself: once with each engine is enough, and V8 does so in Node. */
  readonly inNode: boolean;
  /** It runs on pages that are not isolated, too. */
  readonly plain: boolean;
}

/** Captured steps and other numbers of threads, bit for bit, for all of the table. */
const IN_NODE: ReadonlySet<string> = new Set(['capture-table', 'thread-bits']);

/** What a page that is not isolated may do otherwise: start an engine, let its memory grow, say what is wrong, train, read files. */
const PLAIN: ReadonlySet<string> = new Set(['capture-memory', 'io-files', 'misuse', 'modules', 'sequence', 'training']);

/**
 * The test files that need nothing of Node but to read a fixture. What options do (`harness/deletion.js`) depends on no engine: those files
 * stay in Node.
 */
export function portableFiles(): PortableFile[] {
  return readdirSync(TESTS)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => ({ name: basename(name, '.ts'), source: readFileSync(join(TESTS, name), 'utf8') }))
    .filter(({ source }) => {
      const rest = source.replace("import { readFileSync } from 'node:fs';", '');
      return !/from 'node:|harness\/(script|deletion)\.js|process\.|vi\.mock/.test(rest);
    })
    .map(({ name }) => {
      const subject = basename(name, '.test');
      return { name, inNode: IN_NODE.has(subject), plain: PLAIN.has(subject) };
    });
}

/** Each module keeps the address of its source, so that it finds its files where they are in the project. */
const sourceAddresses: Plugin = {
  name: 'source-addresses',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^vitest$/ }, () => ({ path: join(HERE, 'vitest-in-page.ts') }));
    onResolve({ filter: /^node:fs$/ }, () => ({ path: join(HERE, 'fs-in-page.ts') }));
    onResolve({ filter: /^page:/ }, ({ path }) => ({ path: path.slice('page:'.length), namespace: 'page' }));
    // The body of a module runs when all that it imports has run, so the page is ready when its function is there.
    onLoad({ filter: /.*/, namespace: 'page' }, ({ path }) => {
      const body = "import { runRegistered } from 'vitest';\nObject.assign(globalThis, { runRegistered });";
      if (path === 'checks-page') return { contents: `import './checks-page.js';`, resolveDir: HERE };
      return { contents: `import './${path}.js';\n${body}`, resolveDir: TESTS };
    });
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const address = `/${relative(HOME, path).split(sep).join('/')}`;
      const source = await readFile(path, 'utf8');
      const contents = source.replaceAll('import.meta.url', `new URL('${address}', location.origin).href`);
      return { contents, loader: extname(path).slice(1) as Loader };
    });
  },
};

/** Builds the pages with the checks of the table of ops (`checks-page`) and with the portable test files. */
export async function bundlePages(): Promise<void> {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const scripts = ['checks-page', ...portableFiles().map(({ name }) => name)];
  for (const script of scripts) {
    const head = `<!doctype html><link rel="icon" href="data:,"><title>${script}</title>`;
    await writeFile(join(OUT, `${script}.html`), `${head}<script type="module" src="${script}.js"></script>`);
  }
  await build({
    entryPoints: Object.fromEntries(scripts.map((script) => [script, `page:${script}`])),
    outdir: OUT,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    keepNames: true,
    // Test files are imported for what they do, though the package says that its files do nothing.
    ignoreAnnotations: true,
    external: ['node:*'],
    logLevel: 'warning',
    plugins: [sourceAddresses],
  });
}

/** Builds the pages before a run (`globalSetup`): the files of both browsers share them. */
export default bundlePages;
