// Runs in the page that chromium.mjs opens: sets up what is asked for and answers with results.
import { info, init } from 'wasmgrad';
import { contest } from './contest.mjs';
import * as jax from './peers/jax.mjs';
import * as onnx from './peers/onnx.mjs';
import * as tfjs from './peers/tfjs.mjs';
import { rows } from './rows.mjs';

const modules = { tfjs, onnx, jax };
const peers = {};

/** A contender in another process, which the page reaches through the one that opened it. */
const remote = (name) => async (row) => {
  const result = await globalThis.askRemote(name, 'setUp', row.id);
  return result && { result: () => result, time: (repeats) => globalThis.askRemote(name, 'time', repeats) };
};

globalThis.startBench = async ({ threads, names, remotes }) => {
  await init({ threads });
  const assets = new URL('./peers/', location.href).href;
  for (const name of names) {
    await modules[name].start(threads, assets);
    peers[name] = modules[name].contender;
  }
  for (const name of remotes) peers[name] = remote(name);
  const { build, threads: got } = info();
  return { build, threads: got };
};

globalThis.runRow = (id, rounds) =>
  contest(
    rows.find((row) => row.id === id),
    peers,
    rounds,
  );
