/** How a long computation ended. */
export type Ending = 'done' | 'stopped';

/** For how long a run keeps the worker before it looks for messages, in milliseconds. */
const SLICE = 20;

/**
 * Drives a computation that is cut into steps, and lets messages in between: it can be paused, resumed and stopped at any
 * step. A paused run takes no time; a stopped one closes the iterator, so that its `finally` blocks run.
 */
export class Driver {
  #stopped = false;
  #paused = false;
  #wake: () => void = () => {};

  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /**
   * Runs `steps` to their end, or until `stop()`.
   *
   * @param onPause called each time the run comes to rest, and with `false` when it goes on
   */
  async run(steps: Iterable<unknown>, onPause: (paused: boolean) => void = () => {}): Promise<Ending> {
    let since = performance.now();
    for (const _ of steps) {
      if (performance.now() - since >= SLICE) {
        await nextTurn();
        since = performance.now();
      }
      if (this.#paused && !this.#stopped) {
        onPause(true);
        while (this.#paused && !this.#stopped) await new Promise<void>((wake) => (this.#wake = wake));
        if (!this.#stopped) onPause(false);
        since = performance.now();
      }
      if (this.#stopped) return 'stopped';
    }
    return 'done';
  }
}

/** Lets the messages that wait come in. A timer would do too, but nested ones wait at least 4 ms. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const done = (): void => {
      port1.close();
      resolve();
    };
    port1.addEventListener('message', done, { once: true });
    port1.start();
    port2.postMessage(null);
  });
}
