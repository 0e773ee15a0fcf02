import { gradMode } from '../autograd/mode.js';
import { createTensor } from '../autograd/variable.js';
import { dtypeBytes } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { sameShape } from '../core/shapes.js';
import { accumulateElements } from '../ops/launches.js';
import type { Program } from '../runtime/program.js';
import { storageLike } from '../runtime/storage.js';
import type { Storage } from '../runtime/storage.js';
import { replaceTensors, sameRest } from './structure.js';
import type { Tensor } from './tensor.js';

/** How a tensor lies in a storage. */
export interface Layout {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** What an input must be like. */
export interface Input extends Layout {
  readonly requiresGrad: boolean;
  /** The first input on the same storage: itself, where there is none before. */
  readonly first: number;
  /** The in-place changes that a run makes to its memory. */
  readonly changes: number;
}

/** What a result looks at: an output, the memory of an input, or memory that was there before. */
export interface Result extends Layout {
  readonly output: number | null;
  readonly input: number | null;
  readonly memory: Storage | null;
}

/** A leaf's gradient in memory, before a step or after it. */
export interface Gradient {
  readonly leaf: Tensor;
  /** `made`: the step itself computes it, in memory of its own. */
  readonly grad: (Layout & { readonly storage: Storage; readonly made: boolean }) | null;
}

/** The gradient of an input: an output, added to the one that is there where `adds`. */
export interface InputGradient extends Layout {
  readonly input: number;
  readonly output: number;
  readonly adds: boolean;
}

/** What a recording comes to. */
export interface StepParts {
  readonly program: Program;
  readonly rest: readonly unknown[];
  readonly inputs: readonly Input[];
  /** Storages of the size of the outputs, which are gone. */
  readonly outputs: readonly Storage[];
  /** What `fn` returned, with tensors in the places of the results. */
  readonly value: unknown;
  readonly results: readonly Result[];
  readonly guards: readonly (() => boolean)[];
  readonly found: readonly { readonly leaf: Tensor; readonly storage: Storage | null }[];
  readonly gradients: readonly Gradient[];
  readonly inputGradients: readonly InputGradient[];
}

function tensorOn(storage: Storage, { dtype, shape, strides, offset }: Layout, shift = 0): Tensor {
  storage.retain();
  return createTensor(storage, dtype, shape, strides, offset + shift);
}

/** A recording of a captured function, for arguments that are alike. */
export class CapturedStep {
  readonly #parts: StepParts;
  readonly #recordsGrad: boolean = gradMode.enabled;
  readonly #places: number[] = [];

  constructor(parts: StepParts) {
    this.#parts = parts;
  }

  /** False where the memory that the step works on is gone or was replaced. */
  get valid(): boolean {
    return this.#parts.program.valid;
  }

  /** Tells whether the recording is one of these arguments, in the state that everything is in. */
  fits(tensors: readonly Tensor[], rest: readonly unknown[]): boolean {
    const { inputs, guards, found } = this.#parts;
    if (gradMode.enabled !== this.#recordsGrad || !sameRest(rest, this.#parts.rest)) return false;
    for (let i = 0; i < inputs.length; i++) if (!this.#alike(inputs[i]!, tensors, i)) return false;
    for (const { leaf, storage } of found) if ((leaf.ownGrad?.storage ?? null) !== storage) return false;
    for (const holds of guards) if (!holds()) return false;
    return true;
  }

  #alike(input: Input, tensors: readonly Tensor[], i: number): boolean {
    const x = tensors[i]!;
    x.check('capture');
    if (x.dtype !== input.dtype || !sameShape(x.shape, input.shape) || !sameShape(x.strides, input.strides))
      return false;
    if (input.first !== i) {
      const first = tensors[input.first]!;
      const shift = input.offset - this.#parts.inputs[input.first]!.offset;
      if (x.storage !== first.storage || x.offset - first.offset !== shift) return false;
    }
    const wantsGrad = this.#recordsGrad && x.requiresGrad;
    return wantsGrad === input.requiresGrad && (!wantsGrad || x.isLeaf);
  }

  /**
   * Computes the step.
   *
   * @throws WasmgradError what checks of values throw; OutOfMemoryError
   */
  run(tensors: readonly Tensor[]): unknown {
    const { program, inputs } = this.#parts;
    let count = 0;
    for (let i = 0; i < inputs.length; i++) {
      if (inputs[i]!.first === i) this.#places[count++] = tensors[i]!.storage.ptr + this.#shift(i, tensors[i]!);
    }
    const outputs: Storage[] = [];
    try {
      for (const like of this.#parts.outputs) outputs.push(storageLike(like));
      for (let i = 0; i < inputs.length; i++) {
        const { first, changes } = inputs[i]!;
        if (first === i) tensors[i]!.storage.version += changes;
      }
      program.run(this.#places, outputs);
      this.#showGradients(tensors, outputs);
      return this.#resultsOn(tensors, outputs);
    } finally {
      for (const output of outputs) output.release();
    }
  }

  /** How many bytes an input lies further on in its storage than the recorded one. */
  #shift(i: number, x: Tensor): number {
    return (x.offset - this.#parts.inputs[i]!.offset) * dtypeBytes[x.dtype];
  }

  #showGradients(tensors: readonly Tensor[], outputs: readonly Storage[]): void {
    for (const { leaf, grad } of this.#parts.gradients) {
      const there = leaf.ownGrad;
      if (!grad) {
        if (there) leaf.ownGrad = null;
      } else {
        if (grad.made) grad.storage.version++;
        if (there?.storage !== grad.storage) leaf.ownGrad = tensorOn(grad.storage, grad);
      }
    }
    for (const gradient of this.#parts.inputGradients) {
      const x = tensors[gradient.input]!;
      const dx = tensorOn(outputs[gradient.output]!, gradient);
      const there = gradient.adds ? x.ownGrad : null;
      if (there) {
        accumulateElements(there, dx);
        there.storage.version++;
        dx.dispose();
      } else {
        x.ownGrad = dx;
      }
    }
  }

  #resultsOn(tensors: readonly Tensor[], outputs: readonly Storage[]): unknown {
    const { results, value } = this.#parts;
    let i = 0;
    return replaceTensors(value, () => {
      const result = results[i++]!;
      if (result.output !== null) return tensorOn(outputs[result.output]!, result);
      if (result.input === null) return tensorOn(result.memory!, result);
      const x = tensors[result.input]!;
      return tensorOn(x.storage, result, x.offset - this.#parts.inputs[result.input]!.offset);
    });
  }

  /** Frees the recording. */
  dispose(): void {
    this.#parts.program.dispose();
    for (const { grad } of this.#parts.gradients) grad?.storage.release();
    for (const { memory } of this.#parts.results) memory?.release();
  }
}
