import { I32 } from './heap.js';
import { loadEmbedded, startWorker, workerUrl } from './assets.js';
import type { ParallelExports } from './replay.js';
import { nodeProcess } from './platform.js';
import type { WorkerStart } from './worker.js';

/** Byte offset of the number of workers in the control block (assembly/parallel.ts). */
const WORKERS = 196;
/** A worker that has not answered by then is left out. */
const START_MILLISECONDS = 10_000;

interface Thread {
  /** Resolves when the worker is in its loop. */
  readonly ready: Promise<void>;
  terminate(): void;
}

/** The workers beside the calling thread. */
export class ThreadPool {
  /** Why there are no workers any more, or null. */
  lost: string | null = null;
  #threads = new Set<Thread>();
  readonly #start: WorkerStart;
  readonly #exports: ParallelExports;

  constructor(start: WorkerStart, exports: ParallelExports) {
    this.#start = start;
    this.#exports = exports;
  }

  /** The number of workers. */
  get size(): number {
    return this.#threads.size;
  }

  /** Starts `count` workers; answers why there are fewer, or null. */
  async start(count: number): Promise<string | null> {
    const started = await Promise.allSettled(Array.from({ length: count }, () => this.#startOne()));
    this.#publish();
    const failed = started.find((s) => s.status === 'rejected');
    return failed ? `a worker did not start: ${describe(failed.reason)}` : null;
  }

  /** Ends all workers, because one of them ended in the middle of a kernel: one thread goes on alone. */
  giveUp(): void {
    this.stop();
    this.#publish();
    this.lost = 'a worker ended in the middle of a kernel';
  }

  /** Ends all workers. */
  stop(): void {
    this.#exports.stop(this.#start.control);
    for (const thread of this.#threads) thread.terminate();
    this.#threads.clear();
  }

  async #startOne(): Promise<void> {
    const attempts = nodeProcess() ? nodeAttempts : browserAttempts;
    let reason: unknown = null;
    for (const attempt of attempts) {
      let thread: Thread | null = null;
      try {
        thread = await attempt(this.#start, () => this.#lost(thread));
        await within(thread.ready);
        this.#threads.add(thread);
        return;
      } catch (error) {
        thread?.terminate();
        reason ??= error;
      }
    }
    throw reason;
  }

  #lost(thread: Thread | null): void {
    if (thread && this.#threads.delete(thread)) this.#publish();
  }

  #publish(): void {
    I32[(this.#start.control + WORKERS) >> 2] = this.#threads.size;
  }
}

type Attempt = (start: WorkerStart, lost: () => void) => Promise<Thread>;

// The worker's own file first (it works under `worker-src 'self'`), then the copy inside of the package.
const nodeAttempts: readonly Attempt[] = [
  (start, lost) => Promise.resolve(nodeThread(workerUrl, start, lost)),
  async (start, lost) => nodeThread(await embeddedWorker(), start, lost),
];
const browserAttempts: readonly Attempt[] = [
  (start, lost) => Promise.resolve(browserThread(startWorker(), start, lost)),
  async (start, lost) => {
    const url = URL.createObjectURL(new Blob([await embeddedWorker()], { type: 'text/javascript' }));
    return browserThread(new Worker(url, { type: 'module' }), start, lost);
  },
];

async function embeddedWorker(): Promise<string> {
  const embedded = await loadEmbedded();
  if (!embedded) throw new Error('the package holds no copy of the worker');
  return embedded.worker;
}

function nodeThread(source: URL | string, start: WorkerStart, lost: () => void): Thread {
  const { Worker: NodeWorker } = nodeProcess()!.getBuiltinModule!('node:worker_threads');
  const worker = new NodeWorker(source, { eval: typeof source === 'string', workerData: start, execArgv: [] });
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => {
      // From here on the worker does not keep the process alive.
      worker.unref();
      resolve();
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(new Error(`the worker ended with code ${code}`));
      lost();
    });
  });
  return { ready, terminate: () => void worker.terminate() };
}

function browserThread(worker: Worker, start: WorkerStart, lost: () => void): Thread {
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = (): void => resolve();
    worker.onerror = (event): void => {
      event.preventDefault();
      reject(new Error(event.message || 'its file was not found or not allowed'));
      lost();
    };
    worker.onmessageerror = (): void => reject(new Error('the memory could not be posted to it'));
  });
  worker.postMessage(start);
  return { ready, terminate: () => worker.terminate() };
}

async function within(ready: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${START_MILLISECONDS / 1000} s`)), START_MILLISECONDS);
  });
  try {
    await Promise.race([ready, late]);
  } finally {
    clearTimeout(timer);
  }
}

function describe(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
