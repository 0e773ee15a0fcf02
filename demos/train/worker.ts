import { F, info, init, manualSeed, noGrad, optim } from 'wasmgrad';
import { DataLoader, datasets } from 'wasmgrad/data';
import { digitCnn, digitMlp } from '../networks.js';
import { recognise, type DigitNetwork } from '../recognise.js';
import { Driver, type Ending } from './driver.js';
import type { Batch, Command, Report, Settings } from './protocol.js';

type Digits = datasets.ImageDataset;

/** How often the page hears of new batches, in milliseconds. */
const NEWS = 80;

let network: DigitNetwork | null = null;
let driver: Driver | null = null;
const digits = prepare();
digits.catch(complain);

self.addEventListener('message', ({ data }: MessageEvent<Command>) => {
  obey(data).catch(complain);
});

function complain(error: unknown): void {
  report({ type: 'error', message: error instanceof Error ? error.message : String(error) });
}

function report(message: Report): void {
  postMessage(message);
}

async function prepare(): Promise<{ train: Digits; test: Digits }> {
  await init();
  const [train, test] = await Promise.all([datasets.digits({ train: true }), datasets.digits({ train: false })]);
  const { threads, reason, build } = info();
  report({ type: 'ready', threads, reason, build, trainDigits: train.length, testDigits: test.length });
  return { train, test };
}

async function obey(command: Command): Promise<void> {
  switch (command.type) {
    case 'start':
      await train(command.settings);
      break;
    case 'pause':
      driver?.pause();
      break;
    case 'resume':
      driver?.resume();
      break;
    case 'stop':
      driver?.stop();
      break;
    case 'recognise':
      if (network) report({ type: 'recognised', ...read(network, command.image) });
      break;
  }
}

function read(model: DigitNetwork, image: Float32Array): ReturnType<typeof recognise> {
  const training = model.training;
  model.eval();
  const recognition = recognise(model, image);
  model.train(training);
  return recognition;
}

async function train(settings: Settings): Promise<void> {
  if (driver) return;
  const { train, test } = await digits;
  driver = new Driver();
  let ending: Ending = 'stopped';
  try {
    report({ type: 'state', state: 'running' });
    ending = await driver.run(learn(settings, train, test), (paused) => {
      report({ type: 'state', state: paused ? 'paused' : 'running' });
    });
  } finally {
    driver = null;
    report({ type: 'state', state: ending });
  }
}

/** Trains a new network; each step is one batch of training or of the test after an epoch. */
function* learn(settings: Settings, train: Digits, test: Digits): Generator<void> {
  manualSeed(settings.seed);
  const model = settings.model === 'cnn' ? digitCnn() : digitMlp();
  network = model;
  const loader = new DataLoader(train, { batchSize: settings.batchSize, shuffle: true });
  const optimizer = new optim.AdamW(model.parameters(), { lr: settings.lr });
  const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, settings.lr, {
    totalSteps: settings.epochs * loader.length,
  });
  const parameters = [...model.parameters()].reduce((sum, { numel }) => sum + numel, 0);
  report({ type: 'plan', steps: loader.length * settings.epochs, parameters });
  const news = new News();
  let step = 0;
  for (let epoch = 1; epoch <= settings.epochs; epoch++) {
    const since = performance.now();
    model.train();
    for (const [x, y] of loader) {
      optimizer.zeroGrad();
      const scores = model.forward(x);
      const loss = F.crossEntropy(scores, y);
      loss.backward();
      optimizer.step();
      scheduler.step();
      const hits = scores.argmax(1).eq(y).sum().item();
      news.add({ step: ++step, loss: loss.item(), accuracy: hits / y.numel }, y.numel);
      yield;
    }
    news.send();
    const seconds = (performance.now() - since) / 1000;
    const { loss, accuracy } = yield* examine(model, test);
    report({ type: 'epoch', epoch: { epoch, step, loss, accuracy, seconds } });
  }
}

/** Mean loss and share recognised of digits that are not trained on. */
function* examine(model: DigitNetwork, test: Digits): Generator<void, { loss: number; accuracy: number }> {
  let loss = 0;
  let hits = 0;
  model.eval();
  for (const [x, y] of new DataLoader(test, { batchSize: 250 })) {
    noGrad(() => {
      const scores = model.forward(x);
      loss += F.crossEntropy(scores, y, { reduction: 'sum' }).item();
      hits += scores.argmax(1).eq(y).sum().item();
    });
    yield;
  }
  return { loss: loss / test.length, accuracy: hits / test.length };
}

/** Batches on their way to the page: gathered, so that a fast run does not flood it. */
class News {
  #batches: Batch[] = [];
  #digits = 0;
  #since: number = performance.now();

  add(batch: Batch, digits: number): void {
    this.#batches.push(batch);
    this.#digits += digits;
    if (performance.now() - this.#since >= NEWS) this.send();
  }

  send(): void {
    if (this.#batches.length === 0) return;
    const seconds = (performance.now() - this.#since) / 1000;
    report({ type: 'batches', batches: this.#batches, digitsPerSecond: this.#digits / seconds });
    this.#batches = [];
    this.#digits = 0;
    this.#since = performance.now();
  }
}
