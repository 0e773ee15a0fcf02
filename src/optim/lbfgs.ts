import { WasmgradError, checkWhole } from '../core/errors.js';
import { enableGrad, noGrad } from '../autograd/mode.js';
import { recorder } from '../runtime/recorder.js';
import { tensor } from '../tensor/creation.js';
import { cat, zeros } from '../tensor/index.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { strongWolfe } from './line-search.js';
import type { Point } from './line-search.js';
import { Optimizer, checkNotNegative } from './optimizer.js';
import type { GroupOptions, OptimizerOptions, OptimizerState, Parameters } from './optimizer.js';

/** Options of `LBFGS`. */
export interface LBFGSOptions extends OptimizerOptions {
  /** Default: 1. */
  lr: number;
  /** The most iterations of a step. Default: 20. */
  maxIter: number;
  /** The most evaluations of a step; null for ⌊maxIter · 5/4⌋. Default: null. */
  maxEval: number | null;
  /** Ends a step where no element of the gradient is larger. Default: 10⁻⁷. */
  toleranceGrad: number;
  /** Ends a step where the parameters, or the loss, change by less. Default: 10⁻⁹. */
  toleranceChange: number;
  /** How many steps the approximation of the Hessian remembers. Default: 100. */
  historySize: number;
  /** `'strong_wolfe'`, or null for steps of length lr. Default: null. */
  lineSearchFn: 'strong_wolfe' | null;
}

const DEFAULTS: LBFGSOptions = {
  lr: 1,
  maxIter: 20,
  maxEval: null,
  toleranceGrad: 1e-7,
  toleranceChange: 1e-9,
  historySize: 100,
  lineSearchFn: null,
};

/** What is remembered between iterations. */
interface Memory {
  evaluations: number;
  iterations: number;
  /** The direction, and how far it was followed. */
  d: Tensor | null;
  t: number;
  /** Changes of the gradient, changes of the parameters, and the inverse of their products. */
  dirs: Tensor[];
  steps: Tensor[];
  ro: number[];
  scale: number;
  gradient: Tensor | null;
  loss: number;
}

const begun = (): Memory => ({
  evaluations: 0,
  iterations: 0,
  d: null,
  t: 0,
  dirs: [],
  steps: [],
  ro: [],
  scale: 1,
  gradient: null,
  loss: 0,
});

const dot = (a: Tensor, b: Tensor): number => Number(a.dot(b).item());
const largest = (x: Tensor): number => Number(x.abs().max().item());

/**
 * Limited-memory BFGS: a step evaluates the closure several times and goes along -H·g, H an approximation of the inverse Hessian
 * from the last changes of parameters and gradient. One group of parameters, and whole batches.
 *
 * How often the closure runs depends on values, so `step` cannot be part of a captured function; the closure can be one.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.LBFGS.html;
 * Nocedal 1980, "Updating quasi-Newton matrices with limited storage".
 *
 * @example
 * optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const loss = F.mseLoss(model.forward(x), y);
 *   loss.backward();
 *   return loss;
 * });
 */
export class LBFGS extends Optimizer<LBFGSOptions> {
  #memory = begun();

  /** @throws WasmgradError for no parameters, more than one group, an option out of range or unknown */
  constructor(params: Parameters<LBFGSOptions>, options: Partial<LBFGSOptions> = {}) {
    super('LBFGS', params, options, DEFAULTS);
  }

  override addParamGroup(group: GroupOptions<LBFGSOptions>): void {
    if (this.paramGroups.length > 0) throw new WasmgradError('LBFGS: takes one group of parameters only');
    super.addParamGroup(group);
  }

  protected override checkGroup(group: LBFGSOptions): void {
    const { maxIter, maxEval, lineSearchFn, historySize } = group;
    checkNotNegative('LBFGS', 'lr', group.lr);
    group.maxEval = maxEval ?? Math.floor((maxIter * 5) / 4);
    checkWhole('LBFGS', 'historySize', historySize, 1, WasmgradError);
    if (lineSearchFn !== null && lineSearchFn !== 'strong_wolfe') {
      throw new WasmgradError(`LBFGS: lineSearchFn must be 'strong_wolfe' or null, got '${String(lineSearchFn)}'`);
    }
  }

  get #params(): Tensor[] {
    return this.paramGroups[0]!.params;
  }

  protected override update(): void {
    throw new WasmgradError('LBFGS: step needs a closure that evaluates the model');
  }

  /**
   * Minimises for `maxIter` iterations at most.
   *
   * @param closure clears the gradients, evaluates the model, goes backward and returns the loss
   * @returns the loss at the start
   * @throws WasmgradError without a closure, or in a captured function
   */
  override step(closure?: () => Tensor): Tensor {
    return super.step(closure)!;
  }

  protected override advance(closure?: () => Tensor): Tensor | null {
    if (!closure) return super.advance();
    if (recorder) {
      throw new WasmgradError(
        'LBFGS: step cannot be captured, because how often it evaluates depends on values (capture the closure instead)',
      );
    }
    return noGrad(() => {
      const first = enableGrad(closure);
      scope(() => this.#minimise(closure, Number(first.item())));
      return first;
    });
  }

  /** All gradients as one vector of its own memory. */
  #gradient(): Tensor {
    const parts = this.#params.map((p) => p.ownGrad?.reshape([-1]) ?? zeros([p.numel], { dtype: p.dtype }));
    return cat(parts);
  }

  /** x += t · d */
  #move(d: Tensor, t: number): void {
    let at = 0;
    for (const p of this.#params) {
      p.add_(d.narrow(0, at, p.numel).view(p.shape), { alpha: t });
      at += p.numel;
    }
  }

  /** The value and the gradient at x + t · d; the parameters stay. */
  #evaluate(closure: () => Tensor, d: Tensor, t: number): Point {
    const before = this.#params.map((p) => p.clone());
    this.#move(d, t);
    const f = Number(enableGrad(closure).item());
    const g = this.#gradient();
    for (const [i, p] of this.#params.entries()) p.copy_(before[i]!);
    return { t, f, g, slope: dot(g, d) };
  }

  /** The direction -H·g, after what the last step has shown was taken into H. */
  #direction(g: Tensor, historySize: number): Tensor {
    const memory = this.#memory;
    const { dirs, steps, ro } = memory;
    const y = g.sub(memory.gradient!);
    const s = memory.d!.mul(memory.t);
    const ys = dot(y, s);
    if (ys > 1e-10) {
      if (dirs.length === historySize) {
        dirs.shift()!.dispose();
        steps.shift()!.dispose();
        ro.shift();
      }
      dirs.push(y.keep());
      steps.push(s.keep());
      ro.push(1 / ys);
      memory.scale = ys / dot(y, y);
    }
    const q = g.neg();
    const along: number[] = [];
    for (let i = dirs.length - 1; i >= 0; i--) {
      along[i] = dot(steps[i]!, q) * ro[i]!;
      q.add_(dirs[i]!, { alpha: -along[i]! });
    }
    const d = q.mul_(memory.scale);
    for (let i = 0; i < dirs.length; i++) {
      d.add_(steps[i]!, { alpha: along[i]! - dot(dirs[i]!, d) * ro[i]! });
    }
    return d;
  }

  #minimise(closure: () => Tensor, start: number): void {
    const { lr, maxIter, maxEval, toleranceGrad, toleranceChange, historySize, lineSearchFn } = this.paramGroups[0]!;
    const memory = this.#memory;
    let loss = start;
    let evaluations = 1;
    memory.evaluations++;
    let g = this.#gradient();
    if (largest(g) <= toleranceGrad) return;
    for (let iteration = 1; iteration <= maxIter; iteration++) {
      const ended = scope(() => {
        memory.iterations++;
        const fresh = memory.iterations === 1;
        const d = fresh ? g.neg() : this.#direction(g, historySize);
        memory.d?.dispose();
        memory.d = d.keep();
        memory.gradient?.dispose();
        memory.gradient = g.clone().keep();
        memory.loss = loss;
        memory.t = fresh ? Math.min(1, 1 / Number(g.abs().sum().item())) * lr : lr;
        const slope = dot(g, d);
        if (slope > -toleranceChange) return true;
        let used = 0;
        let next: Tensor | null = null;
        if (lineSearchFn !== null) {
          const at = (t: number): Point => this.#evaluate(closure, d, t);
          const found = strongWolfe(at, { t: 0, f: loss, g, slope }, memory.t, largest(d), toleranceChange);
          ({ t: memory.t, f: loss, g: next } = found.point);
          used = found.evaluations;
          this.#move(d, memory.t);
        } else {
          this.#move(d, memory.t);
          if (iteration !== maxIter) {
            loss = Number(enableGrad(closure).item());
            next = this.#gradient();
            used = 1;
          }
        }
        evaluations += used;
        memory.evaluations += used;
        // What the next iteration starts from outlives this one.
        if (next && next !== g) {
          g.dispose();
          g = next.keep();
        }
        return (
          evaluations >= maxEval! ||
          largest(g) <= toleranceGrad ||
          largest(d) * Math.abs(memory.t) <= toleranceChange ||
          Math.abs(loss - memory.loss) < toleranceChange
        );
      });
      if (ended) break;
    }
    g.dispose();
  }

  /** The state is that of all parameters together; it is registered with the first one, as in PyTorch. */
  override stateDict(): OptimizerState {
    const dict = super.stateDict();
    const { evaluations, iterations, d, t, dirs, steps, ro, scale, gradient, loss } = this.#memory;
    if (evaluations === 0) return dict;
    const entry: OptimizerState['state'][string] = { func_evals: evaluations, n_iter: iterations };
    if (d) {
      const history = { old_dirs: [...dirs], old_stps: [...steps], ro: [...ro] };
      Object.assign(entry, { d, t, ...history, H_diag: scale, prev_flat_grad: gradient, prev_loss: loss });
    }
    return { ...dict, state: { 0: entry } };
  }

  override loadStateDict(dict: OptimizerState): void {
    super.loadStateDict({ ...dict, state: {} });
    this.#forget();
    const entry = dict.state['0'];
    if (!entry) return;
    const { dtype } = this.#params[0]!;
    const number = (value: unknown, otherwise = 0): number =>
      typeof value === 'number' ? value : value ? Number((value as Tensor).item()) : otherwise;
    const own = (value: unknown): Tensor | null =>
      noGrad(() => (value ? tensor((value as Tensor).toTypedArray(), { dtype }).keep() : null));
    const list = (value: unknown): Tensor[] => ((value ?? []) as Tensor[]).map((x) => own(x)!);
    this.#memory = {
      evaluations: number(entry['func_evals']),
      iterations: number(entry['n_iter']),
      d: own(entry['d']),
      t: number(entry['t']),
      dirs: list(entry['old_dirs']),
      steps: list(entry['old_stps']),
      ro: ((entry['ro'] ?? []) as unknown as unknown[]).map((value) => number(value)),
      scale: number(entry['H_diag'], 1),
      gradient: own(entry['prev_flat_grad']),
      loss: number(entry['prev_loss']),
    };
  }

  #forget(): void {
    const { d, gradient, dirs, steps } = this.#memory;
    for (const x of [d, gradient, ...dirs, ...steps]) x?.dispose();
    this.#memory = begun();
  }
}
