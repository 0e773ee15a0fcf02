// What npm run check runs once the package is built: scripts of package.json, side by side on all cores, the longest first. What a
// script says is shown when it has ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const scripts = [
  'typecheck:test',
  'check:format',
  'check:api',
  'typecheck:typings',
  'typecheck:demos',
  'typecheck:examples',
  'check:layers',
  'check:package',
  'lint',
  'check:size',
];
const cwd = dirname(dirname(fileURLToPath(import.meta.url)));
const waiting = [...scripts];

async function runWaiting() {
  for (let name = waiting.shift(); name; name = waiting.shift()) {
    const child = spawn('npm', ['run', '--silent', name], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    const [code] = await once(child, 'close');
    console.log(`${code === 0 ? 'passed' : 'FAILED'} ${name}\n${said}`);
    if (code !== 0) process.exitCode = 1;
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, runWaiting));
