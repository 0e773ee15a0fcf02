/** So many places are noted at once, and one a millisecond from then on: a stack trace costs as much as several operations. */
const BURST = 1000;

let credit = BURST;
let before = 0;
/** What is told of a tensor that was freed shortly after the last place that was noted. */
let nearby: Error | null = null;

/** A reason for freeing that names no place in the user's code. */
export function reasonForFreeing(message: string): Error {
  return Object.assign(new Error(message), { stack: '' });
}

/** The reason for freeing that names the place where it is called. */
export function freedHere(): Error {
  const now = performance.now();
  credit = Math.min(BURST, credit + now - before);
  before = now;
  if (credit < 1 && nearby) return nearby;
  credit--;
  const here = new Error('freed here');
  nearby = {
    name: here.name,
    message: 'freed here, or less than a millisecond later',
    get stack() {
      return here.stack ?? '';
    },
  };
  return here;
}
