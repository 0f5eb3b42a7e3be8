import type { SoundMeter } from "./meter.ts";
import { Orb } from "./orb.ts";
import type { Look, OrbState } from "./orb_poses.ts";

/** What is to be shown. */
export interface Scene {
  state: OrbState;
  /** Whether the microphone is muted. */
  muted: boolean;
  /** The meters of both sides, where there are any. */
  microphone: () => SoundMeter | undefined;
  agent: () => SoundMeter | undefined;
}

/** After a pause, or on a busy page, the picture moves on by no more than this. */
const LONGEST_STEP_MS = 100;
/** How often the level is told at most. */
const TELL_MS = 100;

/**
 * Draws an orb on a canvas for as long as something in it moves and the page is
 * visible. For people who prefer little motion it draws one picture a state. The
 * stylesheet has the colours: what `stroke` and `fill` are on the canvas.
 */
export class OrbView {
  readonly #canvas: HTMLCanvasElement;
  readonly #scene: () => Scene;
  readonly #context: CanvasRenderingContext2D;
  readonly #style: CSSStyleDeclaration;
  readonly #littleMotion = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #orb = new Orb();
  readonly #resized = new ResizeObserver(() => this.#draw());
  readonly #closed = new AbortController();
  #frame = 0;
  #latestAt = 0;
  #toldAt = -Infinity;

  constructor(canvas: HTMLCanvasElement, scene: () => Scene) {
    this.#canvas = canvas;
    this.#scene = scene;
    this.#context = canvas.getContext("2d")!;
    this.#style = getComputedStyle(canvas);
    this.#resized.observe(canvas);
    const { signal } = this.#closed;
    const update = () => this.update();
    for (
      const [target, type] of [
        [this.#littleMotion, "change"],
        [matchMedia("(prefers-color-scheme: dark)"), "change"],
        // The colours go over by themselves.
        [canvas, "transitionend"],
        [document, "visibilitychange"],
        // Zooming changes the pixels of a box without changing the box.
        [globalThis, "resize"],
      ] as const
    ) target.addEventListener(type, update, { signal });
  }

  /** Shows what has changed: at once, or with the next frames. */
  update(): void {
    if (this.#littleMotion.matches) {
      this.#pause();
      this.#orb.hold(this.#look());
      this.#draw();
      this.#tell(performance.now());
    } else if (document.hidden) {
      this.#pause();
    } else if (this.#frame === 0) {
      this.#latestAt = performance.now();
      this.#frame = requestAnimationFrame(this.#advance);
    }
  }

  close(): void {
    this.#pause();
    this.#closed.abort();
    this.#resized.disconnect();
  }

  readonly #advance = (now: number): void => {
    const ms = Math.max(0, Math.min(LONGEST_STEP_MS, now - this.#latestAt));
    this.#latestAt = now;
    const { state, microphone, agent } = this.#scene();
    const meter = state === "speaking" ? agent() : microphone();
    const moves = this.#orb.advance(this.#look(), meter, ms);
    this.#draw();
    const told = this.#tell(now);
    this.#frame = moves || !told ? requestAnimationFrame(this.#advance) : 0;
  };

  #look(): Look {
    const { state, muted } = this.#scene();
    return muted && state === "listening" ? "muted" : state;
  }

  #pause(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #draw(): void {
    const size = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    // Setting the size, even to what it is, wipes the canvas.
    if (this.#canvas.width !== size) {
      this.#canvas.width = this.#canvas.height = size;
    }
    this.#orb.draw(this.#context, size, this.#style);
  }

  /** Tells the level to whoever looks at the element; returns whether it is up to date. */
  #tell(now: number): boolean {
    const { dataset } = this.#canvas;
    const level = this.#orb.level.toFixed(2);
    if (dataset.level === level) return true;
    if (now - this.#toldAt < TELL_MS) return false;
    this.#toldAt = now;
    dataset.level = level;
    return true;
  }
}
