import { observeOptions } from '../../src/tensor/options.js';

/** Which options functions know, and which of them change what comes out. */
export class Deletions {
  /** Each known option as `function option`, with the label of the first run that met it. */
  readonly known = new Map<string, string>();
  /** The options whose absence changed an outcome. */
  readonly effective = new Set<string>();

  readonly #asked: (op: string, name: string) => boolean;

  /** @param asked which options are looked at; all of them where it is left out */
  constructor(asked: (op: string, name: string) => boolean = () => true) {
    this.#asked = asked;
  }

  /** Runs `outcome` as it is, and once more without each option that was given and not yet seen to change anything. */
  look(label: string, outcome: () => string): void {
    const given = new Set<string>();
    observeOptions((op, options, names) => {
      for (const name of names.filter((each) => this.#asked(op, each))) {
        if (!this.known.has(`${op} ${name}`)) this.known.set(`${op} ${name}`, label);
        if (Reflect.get(options, name) !== undefined) given.add(`${op} ${name}`);
      }
    });
    try {
      const whole = outcome();
      for (const option of given) {
        if (!this.effective.has(option) && without(option, outcome) !== whole) this.effective.add(option);
      }
    } finally {
      observeOptions(null);
    }
  }
}

/** What `outcome` answers when an option is deleted wherever it is checked. */
function without(option: string, outcome: () => string): string {
  const [function_, name] = option.split(' ') as [string, string];
  // Cases may share their objects of options.
  const restored: (() => void)[] = [];
  observeOptions((op, options, names) => {
    if (op !== function_ || !names.includes(name)) return;
    const value: unknown = Reflect.get(options, name);
    if (Reflect.has(options, name)) restored.push(() => Reflect.set(options, name, value));
    Reflect.deleteProperty(options, name);
  });
  try {
    return outcome();
  } finally {
    for (const restore of restored) restore();
  }
}
