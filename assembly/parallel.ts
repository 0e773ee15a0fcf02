// Fork-join over one job at a time, and the replay of programs: lists of jobs in memory.
//
// A job is a record of 32-bit words: [kernel (table index), units, grain, words to the next record, arguments…].
//
// The control block (its address comes in; every field that different threads write has a cache line of its own):
//
//   +0    ticket      i64   generation << 32 | slices << 16 | next slice
//   +64   done        i32   slices finished;  +68 waiting: the caller sleeps on `done`
//   +128  generation  i32   what idle workers watch;  +132 sleepers: workers that wait on it
//   +192  stop        i32;  +196 workers;  +200 failed slices;  +204 the caller may block;  +208 patience (milliseconds);
//         +212 where a check stopped the replay;  +216 looks before a thread sleeps;  +220 threads that can run at once
//   +256  record      u32   the job's record;  +260 units per slice;  +264 grains of jobs for which nobody was woken
//
// A thread takes a slice by moving the ticket forward. The ticket carries the generation, so a thread that comes late
// finds no slice and touches nothing: nobody ever waits for a thread that sleeps, has died or has not started.
// The caller waits for slices only, and each slice it waits for was taken by a thread that was running. Where that thread
// ends in the middle (its worker was terminated), no slice is finished any more: the caller's patience ends the wait.

const TICKET: usize = 0;
const DONE: usize = 64;
const WAITING: usize = 68;
const GENERATION: usize = 128;
const SLEEPERS: usize = 132;
const STOP: usize = 192;
const WORKERS: usize = 196;
const FAILED: usize = 200;
const MAY_BLOCK: usize = 204;
const PATIENCE: usize = 208;
const STOPPED_AT: usize = 212;
const SPINS: usize = 216;
const CORES: usize = 220;
const RECORD: usize = 256;
const SLICE: usize = 260;
const OWED: usize = 264;

const ARGUMENTS: usize = 16;

// Elements of a chain's jobs at a time: the blocks of a few operands stay in the first or second cache.
const CHAIN_BLOCK: i32 = 4096;

// Slices per thread: enough that a thread which the system holds up does not keep the others waiting.
const SLICES_PER_THREAD: i32 = 4;
const MAX_SLICES: i32 = 0x7fff;

// Waking a thread takes longer than a few grains do: it is done for a large job, or for the last of several.
const GRAINS_WORTH_WAKING: i32 = 8;

const BLOCK_NANOSECONDS: i64 = 1000000;
// About as long as one blocked wait, where the caller may not block.
const SPINS_PER_MILLISECOND: i32 = 400000;

/** The end of static data: memory from here on belongs to the host. */
export function heapBase(): usize {
  return __heap_base;
}

/** Takes the next slice and runs it. Returns false where there was none. */
function takeSlice(control: usize): bool {
  const ticket = atomic.load<i64>(control + TICKET);
  const next = <i32>(ticket & 0xffff);
  if (next >= <i32>((ticket >> 16) & 0xffff)) return false;
  if (atomic.cmpxchg<i64>(control + TICKET, ticket, ticket + 1) != ticket) return true;
  const record = <usize>load<u32>(control + RECORD);
  const slice = load<i32>(control + SLICE);
  const begin = next * slice;
  const end = min(begin + slice, load<i32>(record, 4));
  call_indirect<void>(load<u32>(record), record + ARGUMENTS, begin, end);
  finishSlice(control);
  return true;
}

function finishSlice(control: usize): void {
  atomic.add<i32>(control + DONE, 1);
  if (atomic.load<i32>(control + WAITING)) atomic.notify(control + DONE, 1);
}

/** A worker's life: take slices, look out for more, sleep, until the host says stop. */
export function work(control: usize): void {
  let seen = atomic.load<i32>(control + GENERATION);
  while (true) {
    while (takeSlice(control)) {}
    let spins = 0;
    const patience = load<i32>(control + SPINS);
    let generation = atomic.load<i32>(control + GENERATION);
    while (generation == seen) {
      if (atomic.load<i32>(control + STOP)) return;
      if (++spins > patience) {
        atomic.add<i32>(control + SLEEPERS, 1);
        atomic.wait<i32>(control + GENERATION, seen, -1);
        atomic.sub<i32>(control + SLEEPERS, 1);
        spins = 0;
      }
      generation = atomic.load<i32>(control + GENERATION);
    }
    seen = generation;
  }
}

/** Wakes every worker so that it sees the stop flag. */
export function stop(control: usize): void {
  atomic.store<i32>(control + STOP, 1);
  atomic.add<i32>(control + GENERATION, 1);
  atomic.notify(control + GENERATION, -1);
}

/** What a thread calls when a kernel trapped in it: counts the slice as finished and failed, so that nobody waits for it. */
export function abandon(control: usize): void {
  atomic.add<i32>(control + FAILED, 1);
  finishSlice(control);
}

/** Waits until all slices of the current job are done, taking what is left. False where they will never be. */
export function join(control: usize): bool {
  while (takeSlice(control)) {}
  const slices = <i32>((atomic.load<i64>(control + TICKET) >> 16) & 0xffff);
  const mayBlock = load<i32>(control + MAY_BLOCK) != 0;
  const patience = load<i32>(control + SPINS);
  let spins = 0;
  let waits = 0;
  let done = atomic.load<i32>(control + DONE);
  while (done < slices) {
    spins++;
    if (mayBlock && spins > patience) {
      atomic.store<i32>(control + WAITING, 1);
      atomic.wait<i32>(control + DONE, done, BLOCK_NANOSECONDS);
      atomic.store<i32>(control + WAITING, 0);
      waits++;
    } else if (spins == SPINS_PER_MILLISECOND) {
      spins = 0;
      waits++;
    }
    const now = atomic.load<i32>(control + DONE);
    if (now != done) waits = 0;
    else if (waits > load<i32>(control + PATIENCE)) return false;
    done = now;
  }
  return true;
}

function fork(control: usize, record: usize, units: i32, grain: i32, threads: i32): void {
  const grains = (units + grain - 1) / grain;
  const most = min(min(grains, threads * SLICES_PER_THREAD), MAX_SLICES);
  const slice = ((grains + most - 1) / most) * grain;
  const slices = (units + slice - 1) / slice;
  store<u32>(control + RECORD, <u32>record);
  store<i32>(control + SLICE, slice);
  atomic.store<i32>(control + DONE, 0);
  const generation = atomic.load<i32>(control + GENERATION) + 1;
  atomic.store<i64>(control + TICKET, ((<i64>generation) << 32) | ((<i64>slices) << 16));
  atomic.store<i32>(control + GENERATION, generation);
  const sleepers = atomic.load<i32>(control + SLEEPERS);
  if (sleepers) wake(control, grains, min(slices, load<i32>(control + CORES)) - (threads - sleepers));
}

/** Wakes up to `count` threads, where that pays. */
function wake(control: usize, grains: i32, count: i32): void {
  const owed = load<i32>(control + OWED) + grains;
  const pays = owed >= GRAINS_WORTH_WAKING;
  store<i32>(control + OWED, pays ? 0 : owed);
  if (pays && count > 0) atomic.notify(control + GENERATION, count);
}

/**
 * Runs the job records in `[begin, end)` one after the other, each on all threads. Returns the number of failed slices, or
 * -1 where a thread ended in the middle of one. A record without a kernel is a check: where its argument is null, or points to
 * a word that is not 0, the replay stops behind it and returns -2.
 */
export function replay(control: usize, begin: usize, end: usize): i32 {
  const threads = load<i32>(control + WORKERS) + 1;
  for (let record = begin; record < end; record += (<usize>load<u32>(record, 12)) << 2) {
    const units = load<i32>(record, 4);
    const grain = load<i32>(record, 8);
    if (load<u32>(record) == 0) {
      const cell = <usize>load<u32>(record, ARGUMENTS);
      if (cell && load<i32>(cell) == 0) continue;
      store<u32>(control + STOPPED_AT, <u32>(record + ((<usize>load<u32>(record, 12)) << 2)));
      return -2;
    }
    if (threads == 1 || units <= grain) {
      if (units > 0) call_indirect<void>(load<u32>(record), record + ARGUMENTS, 0, units);
    } else {
      fork(control, record, units, grain, threads);
      if (!join(control)) return -1;
      const failed = atomic.load<i32>(control + FAILED);
      if (failed) return failed;
    }
  }
  return 0;
}

/**
 * A chain: jobs element by element over the same units, run block by block, all jobs of a block one after the other.
 * Its arguments are the bytes that their records take, and these records.
 */
function chain(args: usize, begin: i32, end: i32): void {
  const first = args + 4;
  const last = first + <usize>load<u32>(args);
  for (let from = begin; from < end; from += CHAIN_BLOCK) {
    const to = min(from + CHAIN_BLOCK, end);
    for (let record = first; record < last; record += (<usize>load<u32>(record, 12)) << 2) {
      call_indirect<void>(load<u32>(record), record + ARGUMENTS, from, to);
    }
  }
}

/** The table index of `chain`. */
export function chainKernel(): i32 {
  return changetype<(args: usize, begin: i32, end: i32) => void>(chain).index;
}

/** Tells whether this is the build with relaxed SIMD. */
export function relaxed(): bool {
  return ASC_FEATURE_RELAXED_SIMD;
}
