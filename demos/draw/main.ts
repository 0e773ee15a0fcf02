import { info, init } from 'wasmgrad';
import { loadSafetensors } from 'wasmgrad/io';
import { digitCnn } from '../networks.js';
import { SIDE } from '../pad/mnist.js';
import { element, ReadingDesk } from '../pad/reading.js';
import { recognise, type DigitNetwork } from '../recognise.js';

const status = element('status');
let network: DigitNetwork | null = null;
const desk = new ReadingDesk((image) => network && recognise(network, image));

async function start(): Promise<void> {
  const [bytes] = await Promise.all([weights(), init()]);
  const cnn = digitCnn();
  cnn.loadStateDict(loadSafetensors(bytes));
  cnn.eval();
  // The first inference is slower than the rest: the engine compiles the kernels it meets.
  recognise(cnn, new Float32Array(SIDE * SIDE));
  network = cnn;
  const { threads, reason, build, crossOriginIsolated } = info();
  element('threads').textContent = String(threads);
  element('build').textContent = build;
  const many = threads === 1 ? '1 thread' : `${threads} threads`;
  const isolation = crossOriginIsolated ? 'cross-origin isolated' : 'not cross-origin isolated';
  status.textContent = `Ready: ${many}, ${build} build, ${isolation}.${reason ? ` ${many} because ${reason}.` : ''}`;
  desk.refresh();
}

async function weights(): Promise<Uint8Array> {
  const url = new URL('mnist-cnn.safetensors', import.meta.url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the weights did not arrive (${response.status} ${response.statusText})`);
  return new Uint8Array(await response.arrayBuffer());
}

start().catch((error: unknown) => {
  status.classList.add('error');
  status.textContent = `The network could not be started: ${error instanceof Error ? error.message : String(error)}`;
});
