import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Before a run: makes a folder where each test file leaves the names of the kernels it launched (record-launches.ts).
 * After a run of all tests: fails when a kernel was launched by none of them.
 */
export default function setup(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'launches-'));
  process.env['LAUNCHES'] = folder;
  return async () => {
    const lists = existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')) : [];
    rmSync(folder, { recursive: true, force: true });
    const whole = process.argv.slice(2).every((argument) => /^(run$|--reporter|--outputFile)/.test(argument));
    if (!whole || process.env['FAMILIES'] !== undefined) return;
    const { kernelNames } = await import('../../src/runtime/kernel-names.js');
    const launched = new Set(lists.flatMap((list) => JSON.parse(list) as string[]));
    const never = Object.values(kernelNames).filter((name) => !launched.has(name));
    if (never.length > 0) throw new Error(`no test launches these kernels: ${never.sort().join(', ')}`);
  };
}
