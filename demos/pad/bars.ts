/** Ten bars, one a digit, that show and speak probabilities. */
export class ProbabilityBars {
  readonly #bars: readonly HTMLElement[];

  /** @param list an empty `<ol>`, which gets one item a digit with `data-testid="bar-0"` … `"bar-9"` */
  constructor(list: HTMLElement) {
    this.#bars = Array.from({ length: 10 }, (_, digit) => {
      const item = document.createElement('li');
      item.className = 'bar';
      const name = document.createElement('span');
      name.className = 'bar-name';
      name.textContent = String(digit);
      name.setAttribute('aria-hidden', 'true');
      const track = document.createElement('div');
      track.className = 'bar-track';
      const fill = document.createElement('div');
      fill.className = 'bar-fill';
      fill.dataset['testid'] = `bar-${digit}`;
      fill.setAttribute('role', 'meter');
      fill.setAttribute('aria-label', `Probability of ${digit}`);
      fill.setAttribute('aria-valuemin', '0');
      fill.setAttribute('aria-valuemax', '100');
      const value = document.createElement('span');
      value.className = 'bar-value';
      fill.append(value);
      track.append(fill);
      item.append(name, track);
      list.append(item);
      return fill;
    });
    this.show(null);
  }

  /** @param probabilities ten values that sum to 1, or `null` for an empty pad */
  show(probabilities: ArrayLike<number> | null): void {
    const top = probabilities ? mostLikely(probabilities) : -1;
    this.#bars.forEach((fill, digit) => {
      const percent = (100 * (probabilities?.[digit] ?? 0)).toFixed(1);
      fill.style.width = `${percent}%`;
      fill.setAttribute('aria-valuenow', percent);
      fill.setAttribute('aria-valuetext', `${percent} percent`);
      fill.parentElement?.parentElement?.classList.toggle('top', digit === top);
      if (fill.firstElementChild) fill.firstElementChild.textContent = probabilities ? `${percent} %` : '';
    });
  }
}

/** The index of the largest value; the first of several. */
export function mostLikely(probabilities: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < probabilities.length; i++) {
    if ((probabilities[i] ?? 0) > (probabilities[best] ?? 0)) best = i;
  }
  return best;
}
