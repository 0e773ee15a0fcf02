import { full } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import { withGradients } from './gradients.js';
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

  /** Answers the gradient with L2 decay in it, or scales x, as the group's options say. Rules with a decay of their own override it. */
  protected decay(x: Tensor, dx: Tensor, group: ParamGroup<O>): Tensor {
    const decay = group.weightDecay ?? 0;
    if (decay === 0) return dx;
    if (!this.decoupled(group)) return dx.add(x, { alpha: decay });
    x.mul_(1 - group.lr * decay);
    return dx;
  }

  /** Whether decay scales the parameter. */
  protected decoupled(group: ParamGroup<O>): boolean {
    return group.decoupledWeightDecay ?? false;
  }

  /** The rule takes rates from JavaScript, so in a captured step it runs as without. */
  protected override update(group: ParamGroup<O>): void {
    withGradients(group.params, () => this.#updateNow(group));
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
      const dx = this.decay(x, group.maximize ? grad.neg() : grad, group);
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
