// @ts-check
// Trains a network on handwritten digits, shows what it recognises and saves its weights: npm run mnist [-- --help]
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { F, WasmgradError, data, info, init, manualSeed, optim } from 'wasmgrad';
import { saveSafetensors } from 'wasmgrad/io';
import { fit } from 'wasmgrad/train';
import { digitCnn, digitMlp } from '../networks.js';
import { UsageError, help, readOptions } from './options.js';
import { predict, report } from './report.js';

/** @typedef {import('./options.js').Options} Options */

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * @param {Options} options
 * @returns {Promise<[training: data.datasets.ImageDataset, test: data.datasets.ImageDataset]>}
 */
async function loadDigits({ data: directory }) {
  try {
    if (directory === undefined) {
      return [await data.datasets.digits({ train: true }), await data.datasets.digits({ train: false })];
    }
    return [
      await data.datasets.MNIST(directory, { train: true }),
      await data.datasets.MNIST(directory, { train: false }),
    ];
  } catch (error) {
    if (error instanceof WasmgradError) throw new UsageError(error.message);
    throw error;
  }
}

/**
 * Where the weights are written first: beside the file, so that a full disk does not cost what was there before; or right into what
 * is no file, such as a device.
 *
 * @param {string} out
 */
async function firstPlace(out) {
  const there = await stat(out).catch(() => null);
  if (there?.isDirectory()) throw new Error('it is a directory');
  return there && !there.isFile() ? out : `${out}.partial`;
}

/**
 * Finds out before the training whether its result can be saved.
 *
 * @param {string} out
 */
async function checkWritable(out) {
  try {
    const place = await firstPlace(out);
    if (place === out) return;
    await writeFile(place, '');
    await rm(place);
  } catch (error) {
    throw new UsageError(`--out ${out}: cannot be written (${messageOf(error)})`);
  }
}

/**
 * @param {string} out
 * @param {Uint8Array} bytes
 * @returns {Promise<boolean>} false where it failed, which was printed
 */
async function save(out, bytes) {
  let place = out;
  try {
    place = await firstPlace(out);
    await writeFile(place, bytes);
    if (place !== out) await rename(place, out);
    console.log(`Weights saved in ${out} (${bytes.length.toLocaleString('en')} bytes)`);
    return true;
  } catch (error) {
    if (place !== out) await rm(place, { force: true }).catch(() => {});
    console.error(`mnist: the weights could not be saved in ${out}: ${messageOf(error)}`);
    return false;
  }
}

/** A signal that the first Ctrl-C aborts; one after a second ends the program on the spot (npm may hand on the first one twice). */
function interruptSignal() {
  const controller = new AbortController();
  let first = Infinity;
  const stop = () => {
    const now = performance.now();
    if (now - first > 1000) process.exit(130);
    first = Math.min(first, now);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** @param {Options} options */
async function main(options) {
  const { epochs, batch, lr, seed, threads, out } = options;
  await checkWritable(out);
  const [training, test] = await loadDigits(options);
  await init(threads === undefined ? {} : { threads });
  const signal = interruptSignal();
  manualSeed(seed);
  const model = options.model === 'cnn' ? digitCnn() : digitMlp();
  const parameters = model.parameters().reduce((sum, p) => sum + p.numel, 0);
  const machine = info();
  console.log(
    `${options.model} of ${parameters.toLocaleString('en')} parameters, ${training.length.toLocaleString('en')} digits, ` +
      `${machine.threads} ${machine.threads === 1 ? 'thread' : 'threads'}, ${machine.build}`,
  );

  const loader = new data.DataLoader(training, { batchSize: batch, shuffle: true, seed });
  const testLoader = new data.DataLoader(test, { batchSize: 250 });
  const optimizer = new optim.AdamW(model.parameters(), { lr });
  const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, lr, { totalSteps: epochs * loader.length });
  const begin = performance.now();
  const { stopped, loss } = await fit(model, loader, {
    loss: F.crossEntropy,
    optimizer,
    scheduler,
    schedulerInterval: 'step',
    epochs,
    validation: testLoader,
    metrics: ['accuracy'],
    signal,
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);

  const metadata = { model: options.model, epochs: String(loss.length), seed: String(seed) };
  const bytes = saveSafetensors(model.stateDict(), { metadata });
  if (stopped === 'aborted') {
    console.log(`\nInterrupted after ${seconds} s in epoch ${loss.length} of ${epochs}.`);
  } else {
    console.log(`Trained in ${seconds} s.`);
    report(test, predict(model, testLoader));
    console.log();
  }
  if (!(await save(out, bytes))) process.exitCode = 1;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options) await main(options);
  else console.log(help);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`mnist: ${error.message}\n(see npm run mnist -- --help)`);
  process.exitCode = 2;
}
