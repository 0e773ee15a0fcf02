import { element } from '../pad/reading.js';
import { ReliableWorker } from '../reliable-worker.js';
import type { Command, Report, Timed } from './protocol.js';

const form = element<HTMLFormElement>('settings');
const start = element<HTMLButtonElement>('start');
const stop = element<HTMLButtonElement>('stop');
const progress = element<HTMLProgressElement>('progress');
const status = element('status');
const list = element('rows');
const items = new Map<string, HTMLElement>();

const worker = new ReliableWorker<Command, Report>(
  () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
  receive,
  fail,
);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  list.replaceChildren();
  items.clear();
  enter(true);
  worker.send({ type: 'run', short: new FormData(form).get('length') === 'short' });
});
stop.addEventListener('click', () => {
  worker.send({ type: 'stop' });
  say('Stopping…');
});

function receive(report: Report): void {
  switch (report.type) {
    case 'ready':
      element('threads').textContent = String(report.threads);
      element('build').textContent = report.build;
      say(`Ready.${report.reason ? ` One thread: ${report.reason}.` : ''}`);
      enter(false);
      break;
    case 'progress':
      progress.value = report.done / report.total;
      say(`${report.done + 1} of ${report.total}: ${report.id}, ${onThreads(report.threads)}…`);
      break;
    case 'timed':
      show(report.row);
      break;
    case 'ended': {
      if (!report.stopped) progress.value = 1;
      enter(false);
      const peaks = Object.entries(report.peaks).map(
        ([threads, { gflops, gbytes }]) =>
          `${gflops.toFixed(1)} GFLOP/s and ${gbytes.toFixed(1)} GB/s ${onThreads(Number(threads))}`,
      );
      say(`${report.stopped ? 'Stopped.' : 'Done.'} Peak of this device: ${peaks.join('; ') || 'not measured'}.`);
      break;
    }
    case 'error':
      fail(report.message);
      enter(false);
      break;
  }
}

function enter(active: boolean): void {
  document.body.dataset['state'] = active ? 'running' : 'idle';
  start.disabled = active;
  stop.disabled = !active;
}

/** A bar whose length is the share of the peak, under the name of its row. */
function show({ id, threads, milliseconds, rate }: Timed): void {
  const item = items.get(id) ?? addItem(id);
  const line = document.createElement('div');
  line.className = 'measure';
  line.dataset['testid'] = 'measure';
  const label = document.createElement('span');
  label.className = 'measure-threads';
  label.textContent = onThreads(threads).replace('on ', '');
  const percent = rate ? Math.round(100 * rate.share) : null;
  const text = document.createElement('span');
  text.className = 'measure-text';
  const speed = rate ? `${rate.value.toFixed(1)} ${rate.unit}, ${percent} % of the peak` : '';
  text.textContent = [time(milliseconds), speed].filter(Boolean).join(' · ');
  line.append(label, text);
  if (percent !== null) {
    const track = document.createElement('div');
    track.className = 'measure-track';
    const fill = document.createElement('div');
    fill.className = threads === 1 ? 'bar-fill' : 'bar-fill all-threads';
    fill.style.width = `${Math.min(100, percent)}%`;
    fill.setAttribute('role', 'meter');
    fill.setAttribute('aria-label', `${id}, ${onThreads(threads)}: share of the peak`);
    fill.setAttribute('aria-valuemin', '0');
    fill.setAttribute('aria-valuemax', '100');
    fill.setAttribute('aria-valuenow', String(Math.min(100, percent)));
    fill.setAttribute('aria-valuetext', `${percent} percent`);
    track.append(fill);
    line.append(track);
  }
  item.append(line);
}

function addItem(id: string): HTMLElement {
  const item = document.createElement('li');
  const name = document.createElement('h3');
  name.textContent = id;
  item.append(name);
  list.append(item);
  items.set(id, item);
  return item;
}

function onThreads(threads: number): string {
  return threads === 1 ? 'on 1 thread' : `on ${threads} threads`;
}

function time(milliseconds: number): string {
  if (milliseconds < 1) return `${(1000 * milliseconds).toFixed(milliseconds < 0.1 ? 1 : 0)} µs`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 1)} ms`;
}

function say(message: string): void {
  status.classList.remove('error');
  status.textContent = message;
}

function fail(message: string): void {
  status.classList.add('error');
  status.textContent = message;
}
