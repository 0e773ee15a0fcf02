// @ts-check
// Trains a network on handwritten digits, shows what it recognises and saves its weights: npm run mnist [-- --help]
import { constants } from 'node:fs';
import { access, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { F, WasmgradError, data, info, init, manualSeed, optim } from 'wasmgrad';
import { saveSafetensors } from 'wasmgrad/io';
import { fit } from 'wasmgrad/train';
import { digitCnn, digitMlp } from '../networks.js';
import { UsageError, help, readOptions } from './options.js';
import { predict, report } from './report.js';

/** @typedef {import('./options.js').Options} Options */

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
 * Finds out before the training whether its result can be saved.
 *
 * @param {string} out
 */
async function checkWritable(out) {
  try {
    await access(dirname(resolve(out)), constants.W_OK);
  } catch (error) {
    throw new UsageError(`--out ${out}: cannot be written (${error instanceof Error ? error.message : String(error)})`);
  }
}

/**
 * Writes beside the file and renames, so that a full disk does not cost what was there before.
 *
 * @param {string} out
 * @param {Uint8Array} bytes
 * @returns {Promise<boolean>}
 */
async function save(out, bytes) {
  const partial = `${out}.partial`;
  try {
    await writeFile(partial, bytes);
    await rename(partial, out);
    console.log(`Weights saved in ${out} (${bytes.length.toLocaleString('en')} bytes)`);
    return true;
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    console.error(
      `mnist: the weights could not be saved in ${out}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return false;
  }
}

/** A signal that the first Ctrl-C aborts; the second ends the program on the spot. */
function interruptSignal() {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
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
