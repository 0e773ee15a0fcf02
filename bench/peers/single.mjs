// wasmgrad on one thread as a contender in a process of its own. See remote.mjs.
import { createInterface } from 'node:readline';
import { init } from 'wasmgrad';
import { sample } from '../inputs.mjs';
import { own } from '../own.mjs';

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

async function answer({ setup, time }, state) {
  if (time) {
    const start = performance.now();
    for (let i = 0; i < time; i++) state.run();
    return { milliseconds: (performance.now() - start) / time };
  }
  const found = own(setup);
  if (!found) return { result: null };
  const { run, result } = found.captured ?? found.wasmgrad;
  state.run = run;
  return { result: sample(await result()) };
}

await init({ threads: 1 });
say({ version: process.version });
const state = {};
for await (const line of createInterface({ input: process.stdin })) {
  say(await answer(JSON.parse(line), state).catch((error) => ({ error: error.message })));
}
process.exit(0);
