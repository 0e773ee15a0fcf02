import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ROUNDS = 1_000_000;
/** Of bench/peak.ts. */
const FLOP_A_ROUND = 96;
const COPY_BYTES = 8 << 20;

/** Measures what one thread reaches at most: GFLOP/s of multiply and add in registers, GB/s (read and written) of a copy. */
export async function measurePeak(rounds) {
  const file = join(root, 'build/peak.wasm');
  mkdirSync(dirname(file), { recursive: true });
  const asc = join(root, 'node_modules/assemblyscript/bin/asc.js');
  const pages = ['--initialMemory', String((2 * COPY_BYTES) / 65536 + 1)];
  // From bench/, where the kernels' asconfig.json does not apply: this module has a memory of its own.
  execFileSync(
    process.execPath,
    [asc, 'peak.ts', '-o', '../build/peak.wasm', '-O3', '--runtime', 'stub', '--enable', 'simd', ...pages],
    { cwd: join(root, 'bench'), stdio: 'inherit' },
  );
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { env: { abort() {} } });
  const { flops, copy } = instance.exports;
  const times = await measure({ flops: () => void flops(ROUNDS), copy: () => copy(COPY_BYTES) }, rounds);
  return { gflops: (ROUNDS * FLOP_A_ROUND) / times.flops / 1e6, gbytes: (2 * COPY_BYTES) / times.copy / 1e6 };
}
