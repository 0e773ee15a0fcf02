import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import webpack from 'webpack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../tools/serve.mjs';
import { available, TestBrowser } from './browsers.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Trains XOR and says what it answers, how, and on how many threads. */
const XOR = `
import { F, info, init, manualSeed, nn, optim, scope, shutdown, tensor } from 'wasmgrad';
import { Linear } from 'wasmgrad/nn';

export async function xor(options) {
  await init(options);
  manualSeed(1);
  const model = new nn.Sequential(new Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.05 });
  const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
  const y = tensor([[0], [1], [1], [0]]);
  for (let step = 0; step < 300; step++) {
    scope(() => {
      optimizer.zeroGrad();
      const loss = F.mseLoss(model.forward(x), y);
      loss.backward();
      optimizer.step();
    });
  }
  const answers = model.forward(x).toTypedArray();
  const { threads, build, reason } = info();
  return 'xor ' + Array.from(answers, (a) => Math.round(a)).join(' ') + ' | ' + threads + ' threads | ' + build + ' | ' + (reason ?? 'all threads');
}
export { shutdown };
`;

const PAGE = `
import { xor } from './xor.js';
xor().then(
  (text) => { document.title = text; },
  (error) => { document.title = 'failed: ' + (error.stack ?? error); },
);
`;

const html = (script: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>…</title></head><body>${script}</body></html>`;

let app: string;
let browser: TestBrowser | null = null;

beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'wasmgrad-app-'));
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', app], { cwd: root });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  await run('npm', ['install', '--no-audit', '--no-fund', `./${filename}`], { cwd: app });
  await mkdir(join(app, 'src'));
  await writeFile(join(app, 'src/xor.js'), XOR);
  await writeFile(join(app, 'src/page.js'), PAGE);
  if (available('chromium')) browser = await TestBrowser.start('chromium');
});

afterAll(async () => {
  await browser?.close();
  await rm(app, { recursive: true, force: true });
});

/** Opens a page of the app and waits for what it has to say in its title. */
async function titleOf(folder: string, isolation: boolean): Promise<string> {
  const server: Served = await serve({ root: folder, isolation });
  try {
    const { page } = await browser!.open(server.url);
    await page.waitForFunction(() => document.title !== '…', { timeout: 60_000 });
    const title = await page.title();
    await page.close();
    return title;
  } finally {
    await server.close();
  }
}

describe('the package, installed in an empty project', () => {
  it('trains in a Node ES module, which ends by itself', async () => {
    await writeFile(
      join(app, 'script.js'),
      "import { xor } from './src/xor.js';\nconsole.log(await xor({ threads: 2 }));\n",
    );
    const { stdout } = await run(process.execPath, ['script.js'], { cwd: app, timeout: 60_000 });
    expect(stdout.trim()).toBe(
      `xor 0 1 1 0 | 2 threads | ${stdout.includes('relaxed') ? 'relaxed-simd' : 'simd'} | all threads`,
    );
  });

  it('trains in one file that esbuild made for Node, with threads', async () => {
    const outfile = join(app, 'bundled/script.mjs');
    await esbuild({
      entryPoints: [join(app, 'script.js')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    const { stdout } = await run(process.execPath, [outfile], { cwd: tmpdir(), timeout: 60_000 });
    expect(stdout).toContain('xor 0 1 1 0 | 2 threads | simd');
  });

  it('has typings that a strict compiler takes', async () => {
    const source = `import { F, Tensor, init, nn, optim, tensor } from 'wasmgrad';
import { DataLoader, TensorDataset } from 'wasmgrad/data';
class Net extends nn.Module {
  fc = new nn.Linear(2, 1, { bias: false });
  override forward(x: Tensor): Tensor { return this.fc.forward(x).sigmoid(); }
}
await init({ threads: 1 });
const model = new Net();
const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
for (const [x, y] of new DataLoader(new TensorDataset(tensor([[0, 1]]), tensor([[1]])), { batchSize: 1 })) {
  optimizer.zeroGrad();
  const loss: Tensor = F.mseLoss(model.forward(x!), y!);
  loss.backward();
  optimizer.step();
  const value: number = Number(loss.item());
  console.log(value);
}
// @ts-expect-error an option that does not exist
new nn.Linear(2, 1, { bais: false });
`;
    await writeFile(join(app, 'src/typed.ts'), source);
    const compilerOptions = {
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      target: 'es2022',
      module: 'nodenext',
      lib: ['es2022', 'dom', 'esnext.disposable'],
      types: [],
    };
    await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['src/typed.ts'] }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, '-p', app], { cwd: app }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  describe.skipIf(!available('chromium'))('in Chromium', () => {
    it('trains in an app that Vite builds without configuration, with threads', async () => {
      await writeFile(join(app, 'index.html'), html('<script type="module" src="/src/page.js"></script>'));
      await vite({ root: app, configFile: false, logLevel: 'error', build: { outDir: 'vite', emptyOutDir: true } });
      expect(await titleOf(join(app, 'vite'), true)).toMatch(
        /^xor 0 1 1 0 \| [2-9]\d* threads \| (relaxed-)?simd \| all threads$/,
      );
    });

    it('trains in an app that webpack builds without configuration, with threads', async () => {
      const output = { path: join(app, 'webpack') };
      await new Promise<void>((resolve, reject) => {
        webpack({ context: app, entry: './src/page.js', mode: 'production', output }, (error, stats) => {
          if (error || stats?.hasErrors()) reject(error ?? new Error(stats!.toString('errors-only')));
          else resolve();
        });
      });
      await writeFile(join(app, 'webpack/index.html'), html('<script defer src="main.js"></script>'));
      expect(await titleOf(join(app, 'webpack'), true)).toMatch(
        /^xor 0 1 1 0 \| [2-9]\d* threads \| (relaxed-)?simd \| all threads$/,
      );
    });

    it('trains in an app that esbuild bundles, which leaves the Wasm behind, with threads', async () => {
      const outfile = join(app, 'esbuild/main.js');
      await esbuild({
        entryPoints: [join(app, 'src/page.js')],
        outfile,
        bundle: true,
        format: 'esm',
        logLevel: 'error',
      });
      await writeFile(join(app, 'esbuild/index.html'), html('<script type="module" src="main.js"></script>'));
      expect(await titleOf(join(app, 'esbuild'), true)).toMatch(
        /^xor 0 1 1 0 \| [2-9]\d* threads \| simd \| all threads$/,
      );
    });

    describe.each([true, false])('on a plain page, isolated: %s', (isolation) => {
      it('trains from the files as they are', async () => {
        const dist = './node_modules/wasmgrad/dist';
        const map = { imports: { wasmgrad: `${dist}/index.js`, 'wasmgrad/nn': `${dist}/nn.js` } };
        await writeFile(
          join(app, 'index.html'),
          html(
            `<script type="importmap">${JSON.stringify(map)}</script><script type="module" src="./src/page.js"></script>`,
          ),
        );
        const title = await titleOf(app, isolation);
        if (isolation) expect(title).toMatch(/^xor 0 1 1 0 \| [2-9]\d* threads \| (relaxed-)?simd \| all threads$/);
        else
          expect(title).toMatch(
            /^xor 0 1 1 0 \| 1 threads \| (relaxed-)?simd \| the page is not cross-origin isolated/,
          );
      });
    });
  });
});
