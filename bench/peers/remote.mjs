import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inputsOf } from '../inputs.mjs';

/**
 * A contender in a process of its own, which reads requests and writes answers as JSON lines (native.py, host.mjs). Between
 * requests it stands still: threads that wait for more work would take the cores from the others.
 */
export class Remote {
  /** What the process said of itself. */
  hello = null;
  #child;
  #lines;
  #folder = null;
  #withInputs;

  constructor(command, args, { env = {}, withInputs = false } = {}) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...env } });
    this.#child.on('error', () => {});
    this.#child.stdin.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#withInputs = withInputs;
  }

  /** Waits for the first line; answers null where the process does not start. */
  async start() {
    const { value, done } = await this.#lines.next();
    if (done) return null;
    this.hello = JSON.parse(value);
    this.#child.kill('SIGSTOP');
    return this;
  }

  async ask(request) {
    this.#child.kill('SIGCONT');
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    this.#child.kill('SIGSTOP');
    if (done) throw new Error('a contender in another process has ended');
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  /** Sets up a row; answers the sample of its result, or null. */
  async setUp(row) {
    const { result } = await this.ask({ setup: row, ...(this.#withInputs ? this.#write(inputsOf(row)) : {}) });
    return result;
  }

  async time(repeats) {
    return (await this.ask({ time: repeats })).milliseconds;
  }

  /** Puts inputs into a file, for languages in which making the same numbers takes long. */
  #write({ parameters = {}, ...given }) {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'wasmgrad-bench-'));
    const named = Object.entries(parameters).map(([name, x]) => [`parameters.${name}`, x]);
    const chunks = [];
    let offset = 0;
    const inputs = [...Object.entries(given), ...named].map(([name, { shape, values }]) => {
      chunks.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      const at = offset;
      offset += values.byteLength;
      return [name, values instanceof Int32Array ? 'int32' : 'float32', shape, at];
    });
    const file = join(this.#folder, 'inputs');
    writeFileSync(file, Buffer.concat(chunks));
    return { inputs, file };
  }

  stop() {
    this.#child.kill('SIGKILL');
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }
}

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Native PyTorch, or null where Python has none. PYTHON names the interpreter. */
export async function native(threads) {
  const count = String(threads);
  const env = { OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count };
  for (const python of process.env.PYTHON ? [process.env.PYTHON] : ['python3', '/usr/bin/python3']) {
    const remote = new Remote(python, [pathOf('native.py'), count], { env, withInputs: true });
    if (await remote.start()) return remote;
    remote.stop();
  }
  return null;
}

/** A JavaScript contender (tfjs, onnx, jax, wasmgrad) in a process of Node. */
export function hosted(name, threads) {
  return new Remote(process.execPath, [pathOf('host.mjs'), name, String(threads)]).start();
}

/** A remote as what contest() takes: a function from a row to a contender. */
export const contenderOf = (remote) => async (row) => {
  const result = await remote.setUp(row);
  return result && { result: () => result, time: (repeats) => remote.time(repeats) };
};
