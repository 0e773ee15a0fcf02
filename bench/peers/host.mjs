// One contender in a process of its own. Arguments: tfjs, onnx, jax or wasmgrad, and the number of threads. See remote.mjs.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { sample } from '../inputs.mjs';

/** The folder of TensorFlow.js's kernels; other peers find theirs. */
function assetsOf(name) {
  if (name !== 'tfjs') return undefined;
  return join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')), '/');
}

/** This library as a peer of itself: captured where a row can be. */
async function wasmgrad() {
  const { init } = await import('wasmgrad');
  const { own } = await import('../own.mjs');
  return {
    start: (threads) => init({ threads }),
    contender(row) {
      const mine = own(row);
      return mine?.captured ?? mine?.wasmgrad ?? null;
    },
  };
}

const [name, threads] = process.argv.slice(2);
const peer = name === 'wasmgrad' ? await wasmgrad() : await import(`./${name}.mjs`);
await peer.start(Number(threads), assetsOf(name));
let contender = null;

async function answer({ setup, time }) {
  if (time) {
    const start = performance.now();
    for (let i = 0; i < time; i++) {
      const pending = contender.run();
      if (pending instanceof Promise) await pending;
    }
    return { milliseconds: (performance.now() - start) / time };
  }
  contender = await peer.contender(setup);
  return { result: contender && sample(await contender.result()) };
}

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
say({ version: process.version });
for await (const line of createInterface({ input: process.stdin })) {
  say(await answer(JSON.parse(line)).catch((error) => ({ error: error.message })));
}
process.exit(0);
