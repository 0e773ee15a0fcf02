import { noGrad } from '../autograd/mode.js';
import { createTensor } from '../autograd/variable.js';
import { recorder } from '../runtime/recorder.js';
import type { Recorder } from '../runtime/recorder.js';
import { scope } from '../tensor/scope.js';
import { full } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer } from './optimizer.js';
import type { OptimizerOptions, ParamGroup, ParamState } from './optimizer.js';

/** Options of all optimizers that are written with tensor operations. */
export interface ComposedOptions extends OptimizerOptions {
  /** L2 penalty, added to the gradient. Default: 0. */
  weightDecay?: number;
  /** Climbs instead of descending. Default: false. */
  maximize: boolean;
  /** Scales the parameter by 1 - lr · weightDecay instead of adding to the gradient. */
  decoupledWeightDecay?: boolean;
}

/** An optimizer whose rule is written with tensor operations on one parameter at a time. */
export abstract class ComposedOptimizer<O extends ComposedOptions> extends Optimizer<O> {
  /** What is remembered of a parameter before its first step; `step` is added. The tensors are kept. */
  protected abstract begin(x: Tensor, group: ParamGroup<O>): ParamState;

  /** Changes x by its gradient (sign and weight decay are in it), in step number `step` from 1 on. */
  protected abstract change(x: Tensor, dx: Tensor, state: ParamState, group: ParamGroup<O>, step: number): void;

  protected override update(group: ParamGroup<O>): void {
    if (recorder) this.#updateLater(recorder, group);
    else scope(() => this.#updateNow(group));
  }

  /** The rule takes rates from JavaScript: in a captured step it is run as without, on the gradients that are there then. */
  #updateLater(recording: Recorder, group: ParamGroup<O>): void {
    const found = group.params.flatMap((x) => {
      const grad = x.ownGrad;
      if (!grad) return [];
      recording.keep(grad.storage);
      const { storage, dtype, shape, strides, offset } = grad;
      return { x, storage, dtype, shape, strides, offset };
    });
    recording.hook(null, () => {
      for (const { x, storage, dtype, shape, strides, offset } of found) {
        if (x.ownGrad?.storage === storage) continue;
        storage.retain();
        x.ownGrad = createTensor(storage, dtype, shape, strides, offset);
      }
      noGrad(() => scope(() => this.#updateNow(group)));
    });
  }

  #updateNow(group: ParamGroup<O>): void {
    for (const x of group.params) {
      const grad = x.ownGrad;
      if (!grad) continue;
      let state = this.stateOf(x);
      if (!state) {
        state = { step: full([], 0).keep(), ...this.begin(x, group) };
        this.state.set(x, state);
      }
      state['step']!.add_(1);
      let dx = group.maximize ? grad.neg() : grad;
      const decay = group.weightDecay ?? 0;
      if (decay !== 0) {
        if (group.decoupledWeightDecay) x.mul_(1 - group.lr * decay);
        else dx = dx.add(x, { alpha: decay });
      }
      this.change(x, dx, state, group, state['step']!.item());
    }
  }
}

/** average ← average · beta + (1 - beta) · dx */
export function average(mean: Tensor, dx: Tensor, beta: number): Tensor {
  return mean.mul_(beta).add_(dx, { alpha: 1 - beta });
}

/** average ← average · beta + (1 - beta) · dx² */
export function averageSquare(square: Tensor, dx: Tensor, beta: number): Tensor {
  return square.mul_(beta).addcmul_(dx, dx, { value: 1 - beta });
}
