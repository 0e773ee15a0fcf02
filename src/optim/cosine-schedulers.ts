import { everyTime } from '../runtime/recorder.js';
import { WasmgradError } from '../core/errors.js';
import { LRScheduler, checkCount } from './scheduler.js';
import type { Scheduled, SchedulerOptions } from './scheduler.js';

/** Options of `CosineAnnealingLR`. */
export interface CosineAnnealingLROptions extends SchedulerOptions {
  /** The lowest rate. Default: 0. */
  etaMin?: number;
}

/**
 * lr = etaMin + (lr₀ - etaMin) · (1 + cos(π · epoch / tMax)) / 2, in steps from the present rate.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html
 */
export class CosineAnnealingLR extends LRScheduler {
  tMax: number;
  etaMin: number;

  /** @throws WasmgradError for an unknown option */
  constructor(optimizer: Scheduled, tMax: number, options: CosineAnnealingLROptions = {}) {
    super('CosineAnnealingLR', optimizer, options, ['etaMin']);
    this.tMax = tMax;
    this.etaMin = options.etaMin ?? 0;
    this.start();
  }

  protected override rates(): number[] {
    const { lastEpoch, tMax, etaMin, baseLrs } = this;
    const groups = this.optimizer.paramGroups;
    if (lastEpoch === 0) return groups.map(({ lr }) => lr);
    if (this._stepCount === 1 && lastEpoch > 0) return this.closedForm();
    if ((lastEpoch - 1 - tMax) % (2 * tMax) === 0) {
      return groups.map(({ lr }, i) => lr + ((baseLrs[i]! - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2);
    }
    const ratio = (1 + Math.cos((Math.PI * lastEpoch) / tMax)) / (1 + Math.cos((Math.PI * (lastEpoch - 1)) / tMax));
    return groups.map(({ lr }) => ratio * (lr - etaMin) + etaMin);
  }

  protected override closedForm(): number[] {
    const scale = (1 + Math.cos((Math.PI * this.lastEpoch) / this.tMax)) / 2;
    return this.baseLrs.map((lr) => this.etaMin + (lr - this.etaMin) * scale);
  }
}

/** Options of `CosineAnnealingWarmRestarts`. */
export interface WarmRestartsOptions extends CosineAnnealingLROptions {
  /** The factor by which a cycle is longer than the one before. Default: 1. */
  tMult?: number;
}

/**
 * Cosine annealing that restarts from lr₀ after `t0` epochs, and then after `tMult` times as many each time.
 * `step(epoch)` takes fractions of an epoch too.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.html
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  t0: number;
  tI: number;
  tMult: number;
  tCur: number;
  etaMin: number;

  /** @throws WasmgradError when t0 or tMult is not a whole number of at least 1, or for an unknown option */
  constructor(optimizer: Scheduled, t0: number, options: WarmRestartsOptions = {}) {
    super('CosineAnnealingWarmRestarts', optimizer, options, ['tMult', 'etaMin']);
    this.t0 = t0;
    this.tI = t0;
    this.tMult = options.tMult ?? 1;
    this.tCur = this.lastEpoch;
    this.etaMin = options.etaMin ?? 0;
    checkCount('CosineAnnealingWarmRestarts', 't0', t0);
    checkCount('CosineAnnealingWarmRestarts', 'tMult', this.tMult);
    this.start();
  }

  /** @throws WasmgradError when epoch is negative */
  override step(epoch?: number): void {
    everyTime(() => this.#move(epoch));
  }

  #move(epoch: number | undefined): void {
    this._stepCount++;
    const target = epoch ?? (this.lastEpoch < 0 ? 0 : undefined);
    if (target === undefined) {
      this.lastEpoch++;
      this.tCur++;
      if (this.tCur >= this.tI) {
        this.tCur -= this.tI;
        this.tI *= this.tMult;
      }
    } else {
      if (target < 0) throw new WasmgradError(`CosineAnnealingWarmRestarts: epoch must be at least 0, got ${target}`);
      this.#moveTo(target);
      this.lastEpoch = Math.floor(target);
    }
    this.set(this.rates());
  }

  #moveTo(epoch: number): void {
    const { t0, tMult } = this;
    if (epoch < t0) {
      this.tI = t0;
      this.tCur = epoch;
    } else if (tMult === 1) {
      this.tCur = epoch % t0;
    } else {
      const cycle = Math.trunc(Math.log((epoch / t0) * (tMult - 1) + 1) / Math.log(tMult));
      this.tCur = epoch - (t0 * (tMult ** cycle - 1)) / (tMult - 1);
      this.tI = t0 * tMult ** cycle;
    }
  }

  protected override rates(): number[] {
    const scale = (1 + Math.cos((Math.PI * this.tCur) / this.tI)) / 2;
    return this.baseLrs.map((lr) => this.etaMin + (lr - this.etaMin) * scale);
  }
}
