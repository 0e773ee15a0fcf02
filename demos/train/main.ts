import { element, ReadingDesk, type Recognition } from '../pad/reading.js';
import { ReliableWorker } from '../reliable-worker.js';
import { TrainingPlots } from './plots.js';
import type { Command, Report, Settings, State } from './protocol.js';

const form = element<HTMLFormElement>('settings');
const start = element<HTMLButtonElement>('start');
const pause = element<HTMLButtonElement>('pause');
const stop = element<HTMLButtonElement>('stop');
const progress = element<HTMLProgressElement>('progress');
const status = element('status');
const plots = new TrainingPlots(element('loss-plot'), element('accuracy-plot'));

const worker = new ReliableWorker<Command, Report>(
  () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
  receive,
  fail,
);
let state: State = 'idle';
let steps = 0;
let answer: ((recognition: Recognition | null) => void) | null = null;

const desk = new ReadingDesk((image) => {
  if (state === 'idle') return null;
  return new Promise((resolve) => {
    answer = resolve;
    worker.send({ type: 'recognise', image });
  });
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  worker.send({ type: 'start', settings: settings() });
});
pause.addEventListener('click', () => worker.send({ type: state === 'paused' ? 'resume' : 'pause' }));
stop.addEventListener('click', () => worker.send({ type: 'stop' }));

function settings(): Settings {
  const values = new FormData(form);
  return {
    model: values.get('model') === 'mlp' ? 'mlp' : 'cnn',
    epochs: Number(values.get('epochs')),
    batchSize: Number(values.get('batchSize')),
    lr: Number(values.get('lr')),
    seed: Math.floor(Math.random() * 2 ** 31),
  };
}

function receive(report: Report): void {
  switch (report.type) {
    case 'ready':
      element('threads').textContent = String(report.threads);
      element('build').textContent = report.build;
      element('engine').textContent = report.reason ? `One thread: ${report.reason}.` : '';
      say(`Ready: ${report.trainDigits} digits to learn from, ${report.testDigits} held out.`);
      start.disabled = false;
      break;
    case 'plan':
      steps = report.steps;
      plots.clear();
      show(0, '–');
      element('held-out').textContent = '–';
      say(`Training ${report.parameters.toLocaleString('en')} parameters…`);
      break;
    case 'state':
      enter(report.state);
      break;
    case 'batches':
      plots.addBatches(report.batches);
      show(report.batches.at(-1)?.step ?? 0, `${Math.round(report.digitsPerSecond).toLocaleString('en')} digits/s`);
      desk.refresh();
      break;
    case 'epoch': {
      const { epoch, accuracy, seconds } = report.epoch;
      plots.addEpoch(report.epoch);
      element('held-out').textContent = percent(accuracy);
      say(`Epoch ${epoch}: ${percent(accuracy)} of the held-out digits recognised, ${seconds.toFixed(1)} s.`);
      desk.refresh();
      break;
    }
    case 'recognised':
      answer?.(report);
      answer = null;
      break;
    case 'error':
      fail(report.message);
      answer?.(null);
      answer = null;
      break;
  }
}

function enter(next: State): void {
  state = next;
  const active = next === 'running' || next === 'paused';
  document.body.dataset['state'] = next;
  start.disabled = active;
  pause.disabled = !active;
  stop.disabled = !active;
  pause.textContent = next === 'paused' ? 'Resume' : 'Pause';
  if (next === 'paused') say('Paused. Draw with what it has learned so far.');
  if (next === 'running') say('Training…');
  if (next === 'stopped') say('Stopped. Draw with what it has learned so far.');
  if (next === 'done') {
    progress.value = 1;
    say(`Done: ${element('held-out').textContent} of the held-out digits recognised. Now draw some.`);
  }
  desk.refresh();
}

function show(step: number, speed: string): void {
  progress.value = steps > 0 ? step / steps : 0;
  element('step').textContent = `${step} / ${steps}`;
  element('loss').textContent = plots.recent ? plots.recent.loss.toFixed(4) : '–';
  element('accuracy').textContent = plots.recent ? percent(plots.recent.accuracy) : '–';
  element('speed').textContent = speed;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function say(message: string): void {
  status.classList.remove('error');
  status.textContent = message;
}

function fail(message: string): void {
  status.classList.add('error');
  status.textContent = message;
}
