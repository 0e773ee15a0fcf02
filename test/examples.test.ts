import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const home = fileURLToPath(new URL('..', import.meta.url));
const shared = process.env['SHARED_DATA'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url));

/** Runs an example as a user would and returns what it printed. */
async function example(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [`examples/${name}`, ...args], { cwd: home });
  return stdout;
}

/** The first number behind `text`. */
function numberAfter(output: string, text: string): number {
  const begin = output.indexOf(text);
  expect(begin, `'${text}' in:\n${output}`).toBeGreaterThanOrEqual(0);
  return Number(/-?[\d.]+(e[-+]\d+)?/.exec(output.slice(begin + text.length))?.[0]);
}

/** In CI the data must be there; elsewhere the test is skipped and says so. */
function needs(directory: string): { skip: boolean } {
  const missing = !existsSync(directory);
  if (missing && process.env['CI']) throw new Error(`${directory} is not there, and in CI no example may be skipped`);
  if (missing) console.warn(`skipped: ${directory} is not there`);
  return { skip: missing };
}

// The expected numbers were printed by the same programs in PyTorch 1.13.
describe('examples', { timeout: 300_000 }, () => {
  it('and-gate', async () => {
    const output = await example('and-gate');
    expect(numberAfter(output, 'loss ')).toBeCloseTo(0.01735, 5);
    expect(output.match(/= \d/g)).toEqual(['= 0', '= 0', '= 0', '= 1']);
  });

  it('xor', async () => {
    const output = await example('xor');
    expect(numberAfter(output, 'loss ')).toBeCloseTo(4.3967e-5, 7);
    expect(output.match(/= \d/g)).toEqual(['= 0', '= 1', '= 1', '= 0']);
  });

  it('adder', async () => {
    const output = await example('adder');
    expect(numberAfter(output, '30 + 70 = ')).toBeCloseTo(1.186274766921997, 5);
    expect(/([\d.]+) after 2000 steps/.exec(output)?.[1]?.slice(0, 7)).toBe('99.9778');
    expect(numberAfter(output, 'pairs:\n30 + 70 = ')).toBeCloseTo(100.1, 1);
    expect(numberAfter(output, '123 + 456 = ')).toBeCloseTo(577.75, 1);
  });

  it('digits', async () => {
    const output = await example('digits');
    expect(numberAfter(output, 'largest difference of a gradient: ')).toBeLessThan(1e-12);
    expect(numberAfter(output, 'held-out digits: ')).toBeGreaterThan(88);
  });

  const csv = `${shared}/sklearn/digits.csv`;
  it('digits of scikit-learn', needs(csv), async () => {
    const output = await example('digits', csv);
    expect(numberAfter(output, 'largest difference of a gradient: ')).toBeLessThan(1e-12);
    expect(numberAfter(output, 'held-out digits: ')).toBeGreaterThan(88);
  });

  it('gcn', async () => {
    const output = await example('gcn');
    const losses = [...output.matchAll(/loss (\d\.\d{4}) {2}right about (\d+)/g)].map(([, loss, right]) => [
      loss,
      right,
    ]);
    expect(losses).toEqual([
      ['0.0171', '32'],
      ['0.0012', '32'],
      ['0.0010', '32'],
      ['0.0014', '32'],
      ['0.0019', '32'],
    ]);
  });

  it('gpt, on a text of its own and on a file', async () => {
    const output = await example('gpt', '--quick');
    expect(numberAfter(output, 'step    30  loss ')).toBeLessThan(3.2);
    expect(output).toContain('\nShall');
    const file = await example('gpt', 'CONTRIBUTING.md', '--quick', '--steps', '5', '--prompt', '# ');
    expect(file).toContain('\n# ');
  });

  it.each([
    ['vae', 'nats a digit', 8 * 30],
    ['ddpm', 'loss', 10 * 18],
  ])('%s', async (name, unit, width) => {
    const directory = await mkdtemp(join(tmpdir(), 'pictures-'));
    try {
      const out = join(directory, 'picture.png');
      const output = await example(name, '--quick', '--out', out);
      expect(output).toContain(unit);
      expect(output).toContain(out);
      const png = await readFile(out);
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect(png.readUInt32BE(16)).toBe(width);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  const fashion = `${shared}/fashion-mnist`;
  it('fashion-mnist', needs(fashion), async () => {
    const output = await example('fashion-mnist', fashion, '1');
    const losses = [...output.matchAll(/loss: (\d\.\d{6}) {2}\[ *(\d+)\/60000\]/g)].map(([, loss, seen]) => [
      Number(loss),
      Number(seen),
    ]);
    expect(losses).toHaveLength(10);
    expect(losses[0]![1]).toBe(64);
    [2.29873, 2.289123, 2.273286, 2.269406, 2.249603, 2.229407, 2.227369, 2.204261, 2.206194, 2.166651].forEach(
      (loss, i) => expect(losses[i]![0]).toBeCloseTo(loss, 4),
    );
    expect(output).toContain('Test Error: \n Accuracy: 50.9%, Avg loss: 2.1667');
  });
});
