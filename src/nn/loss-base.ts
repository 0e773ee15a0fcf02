import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** A loss with its options. */
export abstract class Loss<Options extends { readonly reduction?: string }> extends Module {
  /** What the constructor was given. No private field, so that modules can be copied. */
  protected readonly given: Options;

  /** @param known the options besides `reduction` */
  constructor(options: Options, known: readonly string[] = []) {
    super();
    checkOptions(this.constructor.name, options, [...known, 'reduction']);
    this.given = { ...options };
  }

  /** How losses of single elements become one. */
  get reduction(): string {
    return this.options.reduction ?? 'mean';
  }

  /** What the function behind the loss is called with. */
  protected get options(): Options {
    return this.given;
  }
}

/** A loss with weights, which are a buffer, as in PyTorch. */
export abstract class WeightedLoss<
  Options extends { readonly reduction?: string; readonly weight?: Tensor | null },
> extends Loss<Options> {
  /** The weights, or null. A buffer. */
  declare weight: Tensor | null;

  /** @param known the options besides `reduction` and `weight` */
  constructor(options: Options, known: readonly string[] = []) {
    super(options, ['weight', ...known]);
    this.registerBuffer('weight', options.weight ?? null);
  }

  protected override get options(): Options {
    return { ...super.options, weight: this.weight };
  }
}
