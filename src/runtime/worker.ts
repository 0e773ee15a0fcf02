import { instantiateKernels } from './instantiate.js';
import { nodeProcess } from './platform.js';

/** What a thread needs to join in. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: number;
}

function run({ module, memory, control }: WorkerStart, post: (message: string) => void): void {
  const exports = instantiateKernels(module, memory);
  post('ready');
  for (;;) {
    try {
      exports.work(control);
      return;
    } catch {
      // A kernel trapped. The thread that waits for the slice learns of it and throws; this one lives on.
      exports.abandon(control);
    }
  }
}

const node = nodeProcess();
if (node) {
  const { parentPort, workerData } = node.getBuiltinModule!('node:worker_threads');
  if (parentPort) run(workerData as WorkerStart, (message) => parentPort.postMessage(message));
} else {
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  scope.onmessage = ({ data }: MessageEvent<WorkerStart>): void => {
    run(data, (message) => scope.postMessage(message));
    scope.close();
  };
}
