import { gradMode } from '../autograd/mode.js';
import { createTensor } from '../autograd/variable.js';
import { WasmgradError } from '../core/errors.js';
import { multiplyKept } from '../ops/panels.js';
import { reasonForFreeing } from '../runtime/freed-at.js';
import { copy1 } from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { setRecorder } from '../runtime/recorder.js';
import { Recording } from '../runtime/recording.js';
import { Scope } from '../runtime/scope.js';
import { Storage, storageLike } from '../runtime/storage.js';
import { CapturedStep } from './captured-step.js';
import type { Gradient, Input, InputGradient, Layout, Result } from './captured-step.js';
import { flatten, replaceTensors } from './structure.js';
import type { Tensor } from './tensor.js';

const COPY_GRAIN = 1 << 17;
const FREED = reasonForFreeing('freed at the end of a captured step, which keeps what it returns and gradients');

function layoutOf({ dtype, shape, strides, offset }: Tensor): Layout {
  return { dtype, shape, strides, offset };
}

/** Tensors that stand for the arguments while nothing is computed: their memory comes with each run. */
class StandIns {
  readonly tensors: Tensor[] = [];
  readonly storages: Storage[] = [];
  readonly #firsts: number[] = [];
  readonly #given: readonly Tensor[];

  constructor(given: readonly Tensor[]) {
    this.#given = given;
    const places = new Map<Storage, number>();
    given.forEach((x, i) => {
      x.check('capture');
      const wantsGrad = gradMode.enabled && x.requiresGrad;
      if (wantsGrad && !x.isLeaf) {
        throw new WasmgradError(
          `capture: argument tensor ${i} has a history of recorded operations, which a captured step cannot go back through ` +
            '(detach() it, or compute it inside)',
        );
      }
      const first = places.get(x.storage) ?? i;
      places.set(x.storage, first);
      let storage: Storage;
      if (first === i) {
        storage = new Storage([x.storage.bytes], 'uint8');
        this.storages.push(storage);
      } else {
        storage = this.tensors[first]!.storage;
      }
      storage.retain();
      const standIn = createTensor(storage, x.dtype, x.shape, x.strides, x.offset);
      if (wantsGrad) standIn.requiresGrad = true;
      this.tensors.push(standIn);
      this.#firsts.push(first);
    });
  }

  /** What arguments must be like. */
  describe(): Input[] {
    return this.tensors.map((x, i) => ({
      ...layoutOf(x),
      requiresGrad: gradMode.enabled && this.#given[i]!.requiresGrad,
      first: this.#firsts[i]!,
      changes: x.storage.version,
    }));
  }

  /** The input that is on a storage; null where it is none of an input. */
  on(storage: Storage): number | null {
    const i = this.tensors.findIndex((x) => x.storage === storage);
    return i < 0 ? null : i;
  }
}

/** Memory that a run gives away. */
class Outputs {
  readonly storages: Storage[] = [];
  readonly #wanted: Storage[] = [];

  /** The number of the output that has what is in `storage` at the end. */
  take(storage: Storage): number {
    const known = this.#wanted.indexOf(storage);
    if (known >= 0) return known;
    storage.retain();
    return this.#wanted.push(storage) - 1;
  }

  /** Settles the outputs, when all else is freed: what somebody else still holds, such as a gradient, is copied. */
  close(): void {
    for (const storage of this.#wanted) {
      if (storage.exclusive) {
        this.storages.push(storage);
        continue;
      }
      const copy = storageLike(storage);
      launch(copy1, null, copy.ptr, storage.ptr, [1, storage.bytes, 1, 1], storage.bytes, COPY_GRAIN);
      storage.release();
      this.storages.push(copy);
    }
  }
}

/**
 * Records `fn(...args)`; nothing is computed yet.
 *
 * @throws WasmgradError where `fn` reads values or is asynchronous, and what `fn` throws
 */
export function recordStep(
  fn: (...args: never[]) => unknown,
  args: readonly unknown[],
  given: readonly Tensor[],
  rest: readonly unknown[],
): CapturedStep {
  const recording = new Recording(multiplyKept);
  const scope = Scope.open();
  const outputs = new Outputs();
  setRecorder(recording);
  try {
    const inputs = new StandIns(given);
    let next = 0;
    const value = fn(...(replaceTensors(args, () => inputs.tensors[next++]!) as never[]));
    if (value instanceof Promise) {
      throw new WasmgradError('capture: the function returned a promise, and a step ends when its function returns');
    }
    const returned: Tensor[] = [];
    flatten(value, returned, []);
    const described = inputs.describe();
    const results = returned.map((y): Result => {
      y.check('capture');
      const { storage } = y;
      const input = inputs.on(storage);
      const memory = input === null && !recording.names(storage) ? storage : null;
      memory?.retain();
      const output = input === null && !memory ? outputs.take(storage) : null;
      return { ...layoutOf(y), output, input, memory };
    });
    const inputGradients: InputGradient[] = [];
    inputs.tensors.forEach((x, input) => {
      const found = recording.leaves.get(x);
      const grad = x.ownGrad;
      if (grad)
        inputGradients.push({
          ...layoutOf(grad),
          input,
          output: outputs.take(grad.storage),
          adds: found !== undefined,
        });
    });
    scope.close(true, FREED);
    outputs.close();
    const found: { leaf: Tensor; storage: Storage | null }[] = [];
    const gradients: Gradient[] = [];
    for (const [object, storage] of recording.leaves) {
      const leaf = object as Tensor;
      if (leaf.isDisposed) continue;
      if (storage !== undefined) found.push({ leaf, storage });
      const grad = leaf.ownGrad;
      grad?.storage.retain();
      const of = (x: Tensor): Gradient['grad'] => ({
        ...layoutOf(x),
        storage: x.storage,
        made: recording.names(x.storage),
      });
      gradients.push({ leaf, grad: grad && of(grad) });
    }
    setRecorder(null);
    const program = recording.finish(inputs.storages, outputs.storages);
    for (const storage of [...inputs.storages, ...outputs.storages]) storage.release();
    const guards = [...recording.guards.values()];
    const parts = { program, rest, inputs: described, outputs: outputs.storages, value, results, guards };
    return new CapturedStep({ ...parts, found, gradients, inputGradients });
  } catch (error) {
    setRecorder(null);
    scope.close(true, FREED);
    for (const object of recording.leaves.keys()) {
      const leaf = object as Tensor;
      if (!leaf.isDisposed && leaf.ownGrad && recording.names(leaf.ownGrad.storage)) leaf.ownGrad = null;
    }
    recording.abandon();
    throw error;
  }
}
