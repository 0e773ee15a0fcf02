import { recorder } from '../runtime/recorder.js';

/** What is either training or in evaluation. A captured step holds as long as what it has asked stays in its mode. */
export abstract class HasTrainingMode {
  #training = true;

  /** True while training, false after `eval()`. */
  get training(): boolean {
    const mode = this.#training;
    if (recorder) recorder.guard(this, () => this.#training === mode);
    return mode;
  }
  set training(mode: boolean) {
    this.#training = mode;
  }
}
