import { WasmgradError, checkWhole } from '../core/errors.js';
import { noGrad } from '../autograd/mode.js';
import { everyTime, once } from '../runtime/recorder.js';
import { checkOptions } from '../tensor/options.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import type { GroupOptions, OptimizerOptions, OptimizerState } from './optimizer.js';
import { OptimizerWrapper } from './wrapper.js';
import type { Wrapped } from './wrapper.js';

/** Options of `Lookahead`. */
export interface LookaheadOptions {
  /** Every how many steps the slow weights move. Default: 5. */
  k?: number;
  /** How far they move towards the fast ones. Default: 0.5. */
  alpha?: number;
}

const SLOW = 'lookahead_slow_buff';

/**
 * Lookahead: the optimizer inside moves the fast weights x; after every k steps the slow weights s ← s + alpha · (x - s), and x ← s.
 *
 * Source: Zhang et al. 2019, "Lookahead optimizer: k steps forward, 1 step back".
 *
 * @example
 * const optimizer = new optim.Lookahead(new optim.Adam(model.parameters()), { k: 5, alpha: 0.5 });
 */
export class Lookahead extends OptimizerWrapper {
  k: number;
  alpha: number;
  /** Steps since the slow weights moved. */
  #steps = 0;
  readonly #slow = new Map<Tensor, Tensor>();

  /** @throws WasmgradError when k is not a whole number of at least 1, alpha is not in [0, 1], or for an unknown option */
  constructor(optimizer: Wrapped, options: LookaheadOptions = {}) {
    super('Lookahead', optimizer);
    checkOptions('Lookahead', options, ['k', 'alpha']);
    this.k = options.k ?? 5;
    this.alpha = options.alpha ?? 0.5;
    checkWhole('Lookahead', 'k', this.k, 1, WasmgradError);
    if (!(this.alpha >= 0 && this.alpha <= 1)) {
      throw new WasmgradError(`Lookahead: alpha must be from 0 to 1, got ${String(this.alpha)}`);
    }
    this.#start();
  }

  /** Slow weights for parameters that have none. */
  #start(): void {
    once(() =>
      noGrad(() => {
        for (const x of this.params) if (!this.#slow.has(x)) this.#slow.set(x, x.detach().clone().keep());
      }),
    );
  }

  /** Adds parameters, with options of the optimizer inside. */
  override addParamGroup(group: GroupOptions<OptimizerOptions>): void {
    super.addParamGroup(group);
    this.#start();
  }

  /** Steps the optimizer inside, and every k times the slow weights. */
  protected override advance(closure?: () => Tensor): Tensor | null {
    const loss = this.optimizer.step(closure);
    everyTime(() => {
      this.#steps++;
      if (this.#steps < this.k) return;
      this.#steps = 0;
      noGrad(() => scope(() => this.#synchronise()));
    });
    return loss;
  }

  #synchronise(): void {
    for (const x of this.params) {
      const slow = this.#slow.get(x)!;
      // Parameters may have been cast since (`model.double()`).
      const next = slow.to(x.dtype).lerp(x, this.alpha);
      x.copy_(next);
      slow.dispose();
      this.#slow.set(x, next.keep());
    }
  }

  /** The state of the optimizer inside; slow weights stand in it as `lookahead_slow_buff`, the options in the groups. */
  override stateDict(): OptimizerState {
    const dict = this.optimizer.stateDict();
    const state: OptimizerState['state'] = {};
    for (const [i, x] of this.params.entries()) state[i] = { ...dict.state[i], [SLOW]: this.#slow.get(x)! };
    const own = { lookahead_k: this.k, lookahead_alpha: this.alpha, lookahead_step: this.#steps };
    return { state, param_groups: dict.param_groups.map((group) => ({ ...group, ...own })) };
  }

  override loadStateDict(dict: OptimizerState): void {
    const state: OptimizerState['state'] = {};
    const slow = new Map<string, Tensor>();
    for (const [number, entry] of Object.entries(dict.state)) {
      const { [SLOW]: weights, ...rest } = entry;
      if (Object.keys(rest).length > 0) state[number] = rest;
      if (weights instanceof Tensor) slow.set(number, weights);
    }
    this.optimizer.loadStateDict({ ...dict, state });
    const [group] = dict.param_groups;
    this.k = Number(group!['lookahead_k'] ?? this.k);
    this.alpha = Number(group!['lookahead_alpha'] ?? this.alpha);
    this.#steps = Number(group!['lookahead_step'] ?? 0);
    const numbers = dict.param_groups.flatMap((saved) => saved.params);
    noGrad(() => {
      for (const [i, x] of this.params.entries()) {
        const weights = slow.get(String(numbers[i]));
        if (weights) this.#slow.get(x)!.copy_(weights);
      }
    });
  }
}
