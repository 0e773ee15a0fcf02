import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** How a script ended. */
export interface Ended {
  /** Null where it was killed for not ending in time. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a TypeScript module in a Node process of its own; it imports the sources as `./src/index.ts`. */
export async function runScript(name: string, source: string, limit = 30_000): Promise<Ended> {
  // Two folders deep, as the sources are: from there they find build/.
  mkdirSync(`${root}build/scripts`, { recursive: true });
  const outfile = `${root}build/scripts/${name}.mjs`;
  const stdin = { contents: source, resolveDir: root, loader: 'ts' as const };
  await build({
    stdin,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return new Promise((resolve) => {
    const since = performance.now();
    const child = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'pipe'], timeout: limit });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.on('close', (code) => resolve({ code, stdout, stderr, milliseconds: performance.now() - since }));
  });
}
