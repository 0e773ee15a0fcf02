import { info, init, shutdown } from 'wasmgrad';
import { contest } from './contest.mjs';
import { contenderOf } from './peers/remote.mjs';
import { rows } from './rows.mjs';

/** Runs rows in this process, against contenders in theirs. */
export async function start({ threads, remotes }) {
  await init({ threads });
  const peers = Object.fromEntries(Object.entries(remotes).map(([name, remote]) => [name, contenderOf(remote)]));
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
