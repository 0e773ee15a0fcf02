import { WasmgradError, formatShape } from '../core/errors.js';
import { addmm } from '../tensor/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { ComposedOptimizer } from './composed.js';
import type { ComposedOptions } from './composed.js';
import { stateLike } from './launch.js';
import { checkNotNegative } from './optimizer.js';
import type { ParamGroup, ParamState, Parameters } from './optimizer.js';

/** Options of `Muon`. */
export interface MuonOptions extends ComposedOptions {
  /** Default: 10⁻³. */
  lr: number;
  /** Scales the parameter by 1 - lr · weightDecay. Default: 0.1. */
  weightDecay: number;
  /** Default: 0.95. */
  momentum: number;
  /** Default: true. */
  nesterov: boolean;
  /** a, b and c of the Newton–Schulz step. Default: [3.4445, -4.775, 2.0315]. */
  nsCoefficients: readonly [number, number, number];
  /** The least norm by which the matrix is divided. Default: 10⁻⁷. */
  eps: number;
  /** How many Newton–Schulz steps are done, below 100. Default: 5. */
  nsSteps: number;
  /**
   * How the rate depends on the shape [m, n]: `'original'` (also null, the default) takes lr · √max(1, m/n), `'match_rms_adamw'`
   * lr · 0.2 · √max(m, n), with which rates and decay of AdamW can be used.
   */
  adjustLrFn: 'original' | 'match_rms_adamw' | null;
}

const DEFAULTS: MuonOptions = {
  lr: 1e-3,
  weightDecay: 0.1,
  momentum: 0.95,
  nesterov: true,
  nsCoefficients: [3.4445, -4.775, 2.0315],
  eps: 1e-7,
  nsSteps: 5,
  adjustLrFn: null,
  maximize: false,
};

/** About U·Vᵀ of g = U·S·Vᵀ: x ← a·x + (b·A + c·A²)·x with A = x·xᵀ, from g / ‖g‖ on. */
function orthogonalized(g: Tensor, { nsCoefficients: [a, b, c], nsSteps, eps }: MuonOptions): Tensor {
  const tall = g.shape[0]! > g.shape[1]!;
  let x = tall ? g.T : g;
  x = x.div(x.norm().clampMin(eps));
  for (let i = 0; i < nsSteps; i++) {
    const gram = x.matmul(x.T);
    const update = addmm(gram, gram, gram, { beta: b, alpha: c });
    x = addmm(x, update, x, { beta: a });
  }
  return tall ? x.T : x;
}

/**
 * Momentum, orthogonalised: b ← momentum · b + (1 - momentum) · dx, and x moves along the nearest (semi-)orthogonal matrix to b (to
 * (1 - momentum) · dx + momentum · b with Nesterov's), found by Newton–Schulz steps. For the matrices inside of a network; embeddings, the
 * last layer, biases and gains go to another optimizer, such as AdamW.
 *
 * PyTorch rounds the Newton–Schulz steps to bfloat16; here they have the parameter's precision.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.Muon.html;
 * Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks".
 *
 * @example
 * const matrices = model.parameters().filter((p) => p.ndim === 2);
 * const muon = new optim.Muon(matrices, { lr: 0.02, weightDecay: 0 });
 */
export class Muon extends ComposedOptimizer<MuonOptions> {
  /** @throws WasmgradError for no parameters, one that is no matrix, an option out of range or unknown */
  constructor(params: Parameters<MuonOptions>, options: Partial<MuonOptions> = {}) {
    super('Muon', params, options, DEFAULTS);
  }

  protected override checkGroup(group: MuonOptions, params: readonly Tensor[]): void {
    const { lr, momentum, weightDecay, nsCoefficients, nsSteps, adjustLrFn } = group;
    for (const [name, value] of Object.entries({ lr, momentum, weightDecay })) checkNotNegative('Muon', name, value);
    if (nsCoefficients.length !== 3) {
      throw new WasmgradError(`Muon: nsCoefficients must be three numbers, got ${nsCoefficients.length}`);
    }
    if (!Number.isInteger(nsSteps) || nsSteps < 0 || nsSteps >= 100) {
      throw new WasmgradError(`Muon: nsSteps must be a whole number below 100, got ${String(nsSteps)}`);
    }
    if (adjustLrFn !== null && adjustLrFn !== 'original' && adjustLrFn !== 'match_rms_adamw') {
      throw new WasmgradError(
        `Muon: adjustLrFn must be 'original', 'match_rms_adamw' or null, got '${String(adjustLrFn)}'`,
      );
    }
    for (const [i, x] of params.entries()) {
      if (x.ndim === 2) continue;
      throw new WasmgradError(
        `Muon: takes matrices only, got parameter ${i} ${formatShape(x.shape)} (give others to AdamW)`,
      );
    }
  }

  protected override decoupled(): boolean {
    return true;
  }

  protected override begin(x: Tensor): ParamState {
    return { momentum_buffer: stateLike(x) };
  }

  protected override change(x: Tensor, dx: Tensor, state: ParamState, group: ParamGroup<MuonOptions>): void {
    const { lr, momentum, nesterov, adjustLrFn } = group;
    const [m, n] = x.shape as [number, number];
    const buffer = state['momentum_buffer']!.lerp_(dx, 1 - momentum);
    const update = orthogonalized(nesterov ? dx.lerp(buffer, momentum) : buffer, group);
    const ratio = adjustLrFn === 'match_rms_adamw' ? 0.2 * Math.sqrt(Math.max(m, n)) : Math.sqrt(Math.max(1, m / n));
    x.add_(update, { alpha: -lr * ratio });
  }
}
