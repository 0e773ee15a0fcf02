import { checkOptions } from '../tensor/options.js';
import type { InplaceOptions } from './functional/activation.js';
import { Module } from './module.js';

/** What `toString` prints of an option that is set. */
export function inplaceRepr(inplace: boolean): string[] {
  return inplace ? ['inplace=True'] : [];
}

/** An activation whose only option is to write over its input. */
export abstract class Overwriting extends Module {
  readonly inplace: boolean;

  /** @param options.inplace write over the input. Default false */
  constructor(options: InplaceOptions = {}) {
    super();
    checkOptions(new.target.name, options, ['inplace']);
    this.inplace = options.inplace ?? false;
  }

  override extraRepr(): string {
    return inplaceRepr(this.inplace).join('');
  }
}
