import { recorder } from '../runtime/recorder.js';
import type { CapturedStep } from './captured-step.js';
import { recordStep } from './record-step.js';
import { flatten } from './structure.js';
import type { Tensor } from './tensor.js';

/** A function whose kernels are recorded and replayed; see `capture`. */
export interface Captured<A extends unknown[], R> {
  (...args: A): R;
  /** Frees what was recorded; the next call records anew. A captured function that is simply dropped is freed in time. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/** The recordings that are kept of one function; beyond them, the one that was not used for the longest time goes. */
const MOST = 16;

let dropped: FinalizationRegistry<CapturedStep[]> | null = null;

function disposeAll(steps: CapturedStep[]): void {
  for (const step of steps.splice(0)) step.dispose();
}

/** The recording that fits the arguments, put in front; those whose memory was replaced are dropped on the way. */
function find(steps: CapturedStep[], tensors: readonly Tensor[], rest: readonly unknown[]): CapturedStep | null {
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    if (!step.valid) {
      steps.splice(i--, 1);
      step.dispose();
    } else if (step.fits(tensors, rest)) {
      if (i > 0) steps.unshift(...steps.splice(i, 1));
      return step;
    }
  }
  return null;
}

/**
 * Records the kernels of a training or inference step: the first call runs `fn` to write down what it launches, plans the memory, and
 * computes; later calls compute all of it in one call into Wasm, without running `fn`. The numbers are those of `fn`, bit for bit,
 * random draws, learning rates, batch statistics and gradients (`x.grad`) included.
 *
 * Tensors come in and go out as arguments and results, also in arrays and plain objects. Results are new tensors without history: call
 * `backward()` inside. Another shape or dtype of an argument, another value of one that is no tensor, `train()` and `eval()`, `noGrad`, a
 * parameter that is frozen, or a gradient that is there or not at the start each make a recording of their own.
 *
 * Of JavaScript in `fn` only what the library itself does is repeated (optimizers, schedulers, seeds): a counter counts once, numbers from
 * JavaScript stay what they were, and a variable that holds a tensor from one step for the next does not work: change such a tensor in
 * place. Gradients lie in the recording's memory: the next call changes them (`clone()` what is to last).
 *
 * @throws WasmgradError where `fn` reads a value in the middle (`item()`, `tolist()`, printing), makes a tensor whose size depends on
 *   values (`nonzero`), or is asynchronous
 *
 * @example
 * const step = capture((x: Tensor, y: Tensor) => {
 *   optimizer.zeroGrad();
 *   const loss = F.crossEntropy(model.forward(x), y);
 *   loss.backward();
 *   optimizer.step();
 *   return loss;
 * });
 * for (const [x, y] of loader) console.log(step(x, y).item());
 */
export function capture<A extends unknown[], R>(fn: (...args: A) => R): Captured<A, R> {
  const steps: CapturedStep[] = [];
  const call = (...args: A): R => {
    // Inside of another captured function there is but one recording.
    if (recorder) return fn(...args);
    const tensors: Tensor[] = [];
    const rest: unknown[] = [];
    for (const arg of args) flatten(arg, tensors, rest);
    let step = find(steps, tensors, rest);
    if (!step) {
      step = recordStep(fn, args, tensors, rest);
      steps.unshift(step);
      if (steps.length > MOST) steps.pop()!.dispose();
    }
    return step.run(tensors) as R;
  };
  const dispose = (): void => disposeAll(steps);
  const captured = Object.assign(call, { dispose, [Symbol.dispose]: dispose });
  dropped ??= new FinalizationRegistry(disposeAll);
  dropped.register(captured, steps);
  return captured;
}
