import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { info, init, shutdown } from 'wasmgrad';
import { contest } from './contest.mjs';
import { contenderOf } from './peers/remote.mjs';
import { rows } from './rows.mjs';

/** The folder of TensorFlow.js's kernels; other peers find theirs. */
function assetsOf(name) {
  if (name !== 'tfjs') return undefined;
  return join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')), '/');
}

/** Runs rows in this process. */
export async function start({ threads, peers: names, remotes }) {
  await init({ threads });
  const peers = {};
  for (const name of names.filter((each) => each !== 'native')) {
    const peer = await import(`./peers/${name}.mjs`);
    // In Node TensorFlow.js and jax-js have one thread.
    await peer.start(name === 'onnx' ? threads : 1, assetsOf(name));
    peers[name] = peer.contender;
    if (name === 'onnx') {
      // Its first session starts its threads and leaves a global Worker, by which jax-js would believe that it runs in a browser.
      await peer.contender(rows[0]);
      delete globalThis.Worker;
    }
  }
  for (const [name, remote] of Object.entries(remotes)) peers[name] = contenderOf(remote);
  const { build, threads: got } = info();
  return {
    engine: `Node ${process.version}, V8 ${process.versions.v8}`,
    wasmgrad: { build, threads: got },
    contest: (id, rounds) =>
      contest(
        rows.find((row) => row.id === id),
        peers,
        rounds,
      ),
    stop: shutdown,
  };
}
