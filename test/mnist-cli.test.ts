import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const home = fileURLToPath(new URL('..', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mnist-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the main job; `interruptAt` sends signals (Ctrl-C where no others are named), one each 100 ms, when the output first holds that text. */
function mnist(args: string[], interruptAt?: string, signals: NodeJS.Signals[] = ['SIGINT']): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['examples/mnist', ...args], { cwd: home });
    const run: Run = { code: null, out: '', err: '' };
    let interrupted = false;
    child.stdout.on('data', (chunk: Buffer) => {
      run.out += chunk.toString();
      if (interruptAt && !interrupted && run.out.includes(interruptAt)) {
        interrupted = true;
        signals.forEach((signal, i) => setTimeout(() => child.kill(signal), 100 * i));
      }
    });
    child.stderr.on('data', (chunk: Buffer) => (run.err += chunk.toString()));
    child.on('close', (code) => resolve({ ...run, code }));
  });
}

describe('npm run mnist', { timeout: 120_000 }, () => {
  it('helps', async () => {
    const { code, out } = await mnist(['--help']);
    expect([code, out.split('\n')[0]]).toEqual([
      0,
      'Trains a network on handwritten digits and shows what it recognises.',
    ]);
  });

  const wrong: [string[], string][] = [
    [['--epoch', '3'], "mnist: Unknown option '--epoch'"],
    [['extra'], "mnist: Unexpected argument 'extra'"],
    [['--epochs', '0'], "mnist: --epochs must be a whole number from 1 to 10000, got '0'"],
    [['--epochs', 'two'], "mnist: --epochs must be a whole number from 1 to 10000, got 'two'"],
    [['--batch', '1.5'], "mnist: --batch must be a whole number from 1 to 10000, got '1.5'"],
    [['--lr=-1'], "mnist: --lr must be a number from 1e-9 to 100, got '-1'"],
    [['--seed', ''], "mnist: --seed must be a whole number from 0 to 9007199254740991, got ''"],
    [['--threads', '0'], "mnist: --threads must be a whole number from 1 to 256, got '0'"],
    [['--model', 'rnn'], "mnist: --model must be cnn or mlp, got 'rnn'"],
    [
      ['--data', '/nowhere'],
      'mnist: MNIST: file not found, tried /nowhere/train-images-idx3-ubyte.gz and /nowhere/train-images-idx3-ubyte',
    ],
    [['--out', '/nowhere/x.safetensors'], 'mnist: --out /nowhere/x.safetensors: cannot be written (ENOENT'],
    [['--out', '/'], 'mnist: --out /: cannot be written (it is a directory)'],
  ];
  it.each(wrong)('%j ends with code 2 and says why', async (args, message) => {
    const { code, out, err } = await mnist(args);
    expect(err).toContain(message);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toContain('    at ');
  });

  it('refuses a corrupt file', async () => {
    const bad = join(folder, 'bad');
    await mkdir(bad);
    for (const name of ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'])
      await writeFile(join(bad, name), 'not IDX');
    const { code, err } = await mnist(['--data', bad]);
    expect(err).toContain('mnist: MNIST: train-images-idx3-ubyte: wrong magic number 0x6e6f7420, expected 0x00000803');
    expect(code).toBe(2);
  });

  it('trains a CNN on the embedded digits to 97.5 % and shows its work', { timeout: 300_000 }, async () => {
    const file = join(folder, 'cnn.safetensors');
    const { code, out, err } = await mnist(['--out', file]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^epoch 5\/5 {2}loss 0\.\d+ {2}valLoss 0\.\d+ {2}accuracy 0\.9\d+ {2}valAccuracy 0\.9\d+/m);
    const accuracy = Number(/Accuracy on 2,000 held-out digits: ([\d.]+) %/.exec(out)?.[1]);
    expect(accuracy).toBeGreaterThanOrEqual(97.5);
    expect(out).toContain('recall');
    expect(out).toContain('looks like a ');
    expect(out).toContain(`Weights saved in ${file}`);
    const bytes = await readFile(file);
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString()) as object;
    expect(Object.keys(header)).toContain('0.weight');
  });

  it('gives the same weights on one thread and on two', { timeout: 300_000 }, async () => {
    const files = ['1', '2'].map((threads) => join(folder, `mlp-${threads}.safetensors`));
    for (const [i, out] of files.entries()) {
      const { code } = await mnist(['--model', 'mlp', '--epochs', '1', '--threads', String(i + 1), '--out', out]);
      expect(code).toBe(0);
    }
    const [one, two] = await Promise.all(files.map((file) => readFile(file)));
    expect(one!.equals(two!)).toBe(true);
  });

  const interrupts: [string, NodeJS.Signals[]][] = [
    ['Ctrl-C, which npm may hand on twice', ['SIGINT', 'SIGINT']],
    ['SIGTERM', ['SIGTERM']],
  ];
  it.each(interrupts)('ends cleanly on %s and saves', async (_, signals) => {
    const file = join(folder, `interrupted-${signals.length}.safetensors`);
    const { code, out } = await mnist(
      ['--model', 'mlp', '--epochs', '1000', '--out', file],
      'epoch    1/1000',
      signals,
    );
    expect(code).toBe(0);
    expect(out).toMatch(/Interrupted after [\d.]+ s in epoch \d+ of 1000\./);
    expect(out).toContain(`Weights saved in ${file}`);
    expect(existsSync(file)).toBe(true);
    expect(existsSync(`${file}.partial`)).toBe(false);
  });

  it('says so when the disk is full, after it has shown what was trained', async () => {
    const { code, out, err } = await mnist(['--model', 'mlp', '--epochs', '1', '--out', '/dev/full']);
    expect(out).toContain('Accuracy on 2,000 held-out digits');
    expect(err).toContain('mnist: the weights could not be saved in /dev/full: ENOSPC');
    expect(code).toBe(1);
  });
});
