import type { Tensor } from '../tensor/tensor.js';
import type { GroupOptions, Optimizer, OptimizerOptions, OptimizerState, ParamGroup } from './optimizer.js';

/** What a wrapper needs of the optimizer inside: a wrapper is one, too. */
export type Wrapped = Pick<
  Optimizer,
  'name' | 'paramGroups' | 'addParamGroup' | 'step' | 'zeroGrad' | 'stateDict' | 'loadStateDict'
>;

/** An optimizer around another one, whose parameter groups are its own: schedulers take either. */
export abstract class OptimizerWrapper implements Wrapped {
  readonly name: string;
  /** The optimizer inside. */
  readonly optimizer: Wrapped;

  constructor(name: string, optimizer: Wrapped) {
    this.name = name;
    this.optimizer = optimizer;
  }

  get paramGroups(): ParamGroup<OptimizerOptions>[] {
    return this.optimizer.paramGroups;
  }

  protected get params(): Tensor[] {
    return this.paramGroups.flatMap((group) => group.params);
  }

  /** Adds parameters, with options of the optimizer inside. */
  addParamGroup(group: GroupOptions<OptimizerOptions>): void {
    this.optimizer.addParamGroup(group);
  }

  /** Sets the gradients to null, or to zeros with `{ setToNone: false }`. */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    this.optimizer.zeroGrad(options);
  }

  abstract step(closure?: () => Tensor): Tensor | null;

  /** The state of the optimizer inside, and its own with it. */
  abstract stateDict(): OptimizerState;

  /** Takes over what `stateDict` gave. */
  abstract loadStateDict(dict: OptimizerState): void;

  /** Its name around the optimizer inside. */
  toString(): string {
    return `${this.name} (\n${String(this.optimizer).replace(/^/gm, '  ')}\n)`;
  }
}
