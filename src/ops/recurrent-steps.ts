/** What a cell computes: y = tanh or relu of the sum of its gates, an LSTM or a GRU. */
export type CellKind = 'tanh' | 'relu' | 'lstm' | 'gru';

/** How a cell goes through its sequences. */
export interface RecurrentParams {
  readonly kind: CellKind;
  /** Sequences at each step, which never become more: those that go on are the first ones. */
  readonly sizes: readonly number[];
  /** From the last step to the first. */
  readonly reverse: boolean;
}

/** The rows of a step. */
export interface Step {
  readonly start: number;
  readonly size: number;
}

/** The steps in the order of their rows. */
export function stepsOf({ sizes }: RecurrentParams): Step[] {
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return { start: start - size, size };
  });
}

/** The steps in the order in which the cell takes them. */
export function walk(params: RecurrentParams): Step[] {
  const steps = stepsOf(params);
  return params.reverse ? steps.reverse() : steps;
}
