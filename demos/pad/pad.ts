import type { Point, Stroke } from './raster.js';

/** What a pad tells its page. */
export interface PadEvents {
  /** The drawing changed: a point was added or everything was cleared. */
  change(strokes: readonly Stroke[]): void;
  /** The pen was lifted, or the pad cleared. */
  settle(strokes: readonly Stroke[]): void;
  /** Something that a screen reader should say, such as that the pen is down. */
  announce(message: string): void;
}

/** Width of the line on the screen, as a share of the pad's side. */
const LINE = 1 / 14;

/** How far an arrow key moves the pen: one pixel of the 28×28 picture, or four with Shift. */
const STEP = 1 / 28;

const ARROWS: ReadonlyMap<string, Point> = new Map([
  ['ArrowLeft', { x: -1, y: 0 }],
  ['ArrowRight', { x: 1, y: 0 }],
  ['ArrowUp', { x: 0, y: -1 }],
  ['ArrowDown', { x: 0, y: 1 }],
]);

/**
 * A square canvas to draw on with mouse, touch, pen or keyboard: arrow keys move the pen (two at once: diagonally), Space
 * lowers and lifts it, Delete clears. Strokes are kept as points, so the pad can change size or colours at any time.
 */
export class DrawingPad {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #events: PadEvents;
  readonly #arrows: Set<string> = new Set();
  #strokes: Point[][] = [];
  #pointer: number | null = null;
  #cursor: Point = { x: 0.5, y: 0.5 };
  #cursorShown = false;
  #penDown = false;

  constructor(canvas: HTMLCanvasElement, events: PadEvents) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser gives no 2d canvas to draw on.');
    this.#canvas = canvas;
    this.#context = context;
    this.#events = events;
    canvas.addEventListener('pointerdown', (event) => this.#startPointer(event));
    canvas.addEventListener('pointermove', (event) => this.#movePointer(event));
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
      canvas.addEventListener(end, (event) => this.#endPointer(event));
    }
    canvas.addEventListener('keydown', (event) => this.#key(event));
    canvas.addEventListener('keyup', (event) => this.#arrows.delete(event.key));
    canvas.addEventListener('blur', () => this.#leave());
    // A long press on a phone would open a menu over the drawing.
    canvas.addEventListener('contextmenu', (event) => event.preventDefault());
    new ResizeObserver(() => this.#resize()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
    this.#resize();
  }

  /** Removes all strokes and lifts the pen. */
  clear(): void {
    this.#strokes = [];
    this.#penDown = false;
    this.#pointer = null;
    this.#draw();
    this.#events.change(this.#strokes);
    this.#events.settle(this.#strokes);
  }

  #startPointer(event: PointerEvent): void {
    if (this.#pointer !== null || event.button !== 0) return;
    // Events made by a script belong to no pointer, and to capture one that does not exist throws.
    if (event.isTrusted) this.#canvas.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
    this.#cursorShown = false;
    this.#penDown = false;
    this.#strokes.push([]);
    this.#add(this.#place(event));
  }

  #movePointer(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    const moves = event.getCoalescedEvents();
    for (const move of moves.length > 0 ? moves : [event]) this.#add(this.#place(move));
  }

  #endPointer(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#events.settle(this.#strokes);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#pointer !== null) return;
    if (ARROWS.has(event.key)) {
      this.#arrows.add(event.key);
      this.#moveCursor(event.shiftKey ? 4 * STEP : STEP);
    } else if (event.key === ' ') {
      if (!event.repeat) this.#togglePen();
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.clear();
      this.#events.announce('Cleared');
    } else if (event.key === 'Escape' && this.#penDown) {
      this.#togglePen();
    } else {
      return;
    }
    event.preventDefault();
  }

  #moveCursor(step: number): void {
    let { x, y } = this.#cursor;
    for (const key of this.#arrows) {
      const arrow = ARROWS.get(key);
      x += (arrow?.x ?? 0) * step;
      y += (arrow?.y ?? 0) * step;
    }
    this.#cursor = { x: clamp(x), y: clamp(y) };
    this.#cursorShown = true;
    if (this.#penDown) this.#add(this.#cursor);
    else this.#draw();
  }

  #togglePen(): void {
    this.#penDown = !this.#penDown;
    this.#cursorShown = true;
    if (this.#penDown) {
      this.#strokes.push([]);
      this.#add(this.#cursor);
    } else {
      this.#draw();
      this.#events.settle(this.#strokes);
    }
    this.#events.announce(this.#penDown ? 'Pen down' : 'Pen up');
  }

  #leave(): void {
    this.#arrows.clear();
    this.#cursorShown = false;
    if (this.#penDown) {
      this.#penDown = false;
      this.#events.settle(this.#strokes);
    }
    this.#draw();
  }

  #place(event: MouseEvent): Point {
    const box = this.#canvas.getBoundingClientRect();
    return { x: clamp((event.clientX - box.left) / box.width), y: clamp((event.clientY - box.top) / box.height) };
  }

  #add(point: Point): void {
    const stroke = this.#strokes.at(-1);
    const last = stroke?.at(-1);
    if (!stroke || (last && last.x === point.x && last.y === point.y)) return;
    stroke.push(point);
    this.#cursor = point;
    this.#draw();
    this.#events.change(this.#strokes);
  }

  #resize(): void {
    const side = Math.max(1, Math.round(this.#canvas.clientWidth * devicePixelRatio));
    if (this.#canvas.width !== side || this.#canvas.height !== side) {
      this.#canvas.width = side;
      this.#canvas.height = side;
    }
    this.#draw();
  }

  #draw(): void {
    const side = this.#canvas.width;
    const context = this.#context;
    const style = getComputedStyle(this.#canvas);
    context.clearRect(0, 0, side, side);
    context.strokeStyle = style.getPropertyValue('--ink');
    context.lineWidth = LINE * side;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (const stroke of this.#strokes) {
      context.beginPath();
      // Curves through the middles of the lines look smooth where the points are far apart.
      stroke.forEach((point, i) => {
        const next = stroke[i + 1] ?? point;
        const middle = { x: ((point.x + next.x) / 2) * side, y: ((point.y + next.y) / 2) * side };
        if (i === 0) context.moveTo(point.x * side, point.y * side);
        context.quadraticCurveTo(point.x * side, point.y * side, middle.x, middle.y);
      });
      context.stroke();
    }
    if (this.#cursorShown) this.#drawCursor(style.getPropertyValue('--accent'));
  }

  #drawCursor(colour: string): void {
    const side = this.#canvas.width;
    const context = this.#context;
    context.beginPath();
    context.arc(this.#cursor.x * side, this.#cursor.y * side, (LINE / 2) * side, 0, 2 * Math.PI);
    context.lineWidth = side / 120;
    context.strokeStyle = colour;
    context.stroke();
    if (!this.#penDown) return;
    context.fillStyle = colour;
    context.fill();
  }
}

function clamp(x: number): number {
  return Math.min(1, Math.max(0, x));
}
