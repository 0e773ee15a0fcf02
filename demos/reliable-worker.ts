/** How long a worker may take for its first message, in milliseconds; each new try has twice as long. */
const FIRST_MESSAGE = 8000;
const TRIES = 4;

/**
 * A worker that is started anew where its first message does not come. In Firefox (seen in 153) a worker that starts
 * workers of its own, as `init()` does for its threads, now and then stands still for ever inside of `new Worker`; only
 * the page can tell.
 */
export class ReliableWorker<Command, Report> {
  #worker: Worker | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #make: () => Worker;
  readonly #receive: (report: Report) => void;
  readonly #fail: (message: string) => void;

  /**
   * @param make starts the worker (a function, because bundlers look for `new Worker(new URL(…))`)
   * @param receive called with each message
   * @param fail called with what to tell the user
   */
  constructor(make: () => Worker, receive: (report: Report) => void, fail: (message: string) => void) {
    this.#make = make;
    this.#receive = receive;
    this.#fail = fail;
    this.#start(1);
  }

  send(command: Command): void {
    this.#worker?.postMessage(command);
  }

  #start(attempt: number): void {
    const worker = this.#make();
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<Report>) => {
      if (worker !== this.#worker) return;
      clearTimeout(this.#timer);
      this.#receive(data);
    });
    worker.addEventListener('error', (event) => {
      if (worker !== this.#worker) return;
      clearTimeout(this.#timer);
      this.#fail(event.message ? `The worker failed: ${event.message}` : 'The worker did not start.');
    });
    this.#timer = setTimeout(
      () => {
        worker.terminate();
        if (attempt < TRIES) this.#start(attempt + 1);
        else this.#fail('The worker did not start: it gave no answer. Reload the page to try again.');
      },
      FIRST_MESSAGE * 2 ** (attempt - 1),
    );
  }
}
