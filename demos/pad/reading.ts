import { mostLikely, ProbabilityBars } from './bars.js';
import { digitImage, SIDE } from './mnist.js';
import { DrawingPad } from './pad.js';
import type { Stroke } from './raster.js';

/** What a network says of a picture, and how long it thought. */
export interface Recognition {
  readonly probabilities: Float32Array;
  readonly milliseconds: number;
}

/** Recognises a picture of 784 values; `null` while there is no network. */
export type Recogniser = (image: Float32Array) => Recognition | null | Promise<Recognition | null>;

/** Browsers round clocks (to 1 ms in Firefox); the mean of this many inferences shows more. */
const TIMINGS = 20;

/** How long the drawing must rest before a screen reader says the prediction, in milliseconds. */
const REST = 700;

/**
 * The part of a page with the ids `pad clear prediction sure seen bars latency announcer`: recognises what is on the pad
 * while it is drawn, one picture a frame and never two at once.
 */
export class ReadingDesk {
  readonly #pad: DrawingPad;
  readonly #bars: ProbabilityBars;
  readonly #prediction: HTMLElement = element('prediction');
  readonly #sure: HTMLElement = element('sure');
  readonly #latency: HTMLElement = element('latency');
  readonly #announcer: HTMLElement = element('announcer');
  readonly #seen: CanvasRenderingContext2D | null;
  readonly #recognise: Recogniser;
  readonly #timings: number[] = [];
  #strokes: readonly Stroke[] = [];
  #scheduled = false;
  #busy = false;
  #stale = false;
  #speech: ReturnType<typeof setTimeout> | undefined;

  constructor(recognise: Recogniser) {
    this.#recognise = recognise;
    this.#bars = new ProbabilityBars(element('bars'));
    this.#seen = element<HTMLCanvasElement>('seen').getContext('2d');
    this.#pad = new DrawingPad(element<HTMLCanvasElement>('pad'), {
      change: (strokes) => {
        this.#strokes = strokes;
        clearTimeout(this.#speech);
        this.refresh();
      },
      settle: () => this.#speakSoon(),
      announce: (message) => this.#announce(message),
    });
    element('clear').addEventListener('click', () => {
      this.#pad.clear();
      this.#announce('Cleared');
    });
    this.#show(null, null);
  }

  /** Recognises what is on the pad again, at the next frame. */
  refresh(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      void this.#read();
    });
  }

  async #read(): Promise<void> {
    if (this.#busy) {
      this.#stale = true;
      return;
    }
    this.#busy = true;
    try {
      const image = digitImage(this.#strokes);
      const recognition = image && (await this.#recognise(image));
      this.#show(image, recognition);
    } finally {
      this.#busy = false;
    }
    if (this.#stale) {
      this.#stale = false;
      this.refresh();
    }
  }

  #show(image: Float32Array | null, recognition: Recognition | null): void {
    this.#showSeen(image);
    this.#bars.show(recognition && recognition.probabilities);
    this.#prediction.classList.toggle('empty', !recognition);
    if (!recognition) {
      this.#prediction.textContent = '';
      this.#sure.textContent = image ? 'No network yet: train one.' : 'Draw one digit, large or small.';
      return;
    }
    const digit = mostLikely(recognition.probabilities);
    this.#prediction.textContent = String(digit);
    this.#sure.textContent = `${(100 * (recognition.probabilities[digit] ?? 0)).toFixed(1)} % sure`;
    this.#timings.push(recognition.milliseconds);
    if (this.#timings.length > TIMINGS) this.#timings.shift();
    const mean = this.#timings.reduce((a, b) => a + b) / this.#timings.length;
    this.#latency.textContent = `${mean.toFixed(2)} ms`;
  }

  #showSeen(image: Float32Array | null): void {
    if (!this.#seen) return;
    const picture = this.#seen.createImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) {
      picture.data.fill(255 * (image?.[i] ?? 0), 4 * i, 4 * i + 3);
      picture.data[4 * i + 3] = 255;
    }
    this.#seen.putImageData(picture, 0, 0);
  }

  /** Only what rests is spoken: a prediction a frame would drown everything else. */
  #speakSoon(): void {
    clearTimeout(this.#speech);
    this.#speech = setTimeout(() => {
      const digit = this.#prediction.textContent;
      if (digit) this.#announce(`Looks like ${digit}, ${this.#sure.textContent?.replace(' %', ' percent')}`);
    }, REST);
  }

  #announce(message: string): void {
    this.#announcer.textContent = message;
  }
}

/** The element with this id; the page is broken without it. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}.`);
  return found as T;
}
