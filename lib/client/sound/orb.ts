import type { SoundMeter } from "./meter.ts";
import { type Look, type Pose, POSES } from "./orb_poses.ts";

/**
 * Bars of the ring, and the bands they show: in each quarter all of them, its
 * mirror image in the next one, low at the top and at the bottom.
 */
const BARS = 64;
const BANDS = BARS / 4;
/** Where the bars begin and how thick a line is, as parts of half the picture. */
const RING = 0.65;
const LINE = 0.03;
/** How much a hidden bar can still be seen. */
const HIDDEN = 0.15;
/** Time constants: a pose is taken after about three of them, 250 ms. */
const POSE_MS = 80;
const ATTACK_MS = 25;
const RELEASE_MS = 160;
/** How long a wave, and an arc, take to go round. */
const WAVE_MS = 4_500;
const ARC_MS = 1_800;
/** What is as near as this to its end can't be told from it. */
const NEAR = 0.003;

/** A conversation as a disc in a ring of bars, which move as its sound does. */
export class Orb {
  #pose: Pose = { ...POSES.idle };
  #level = 0;
  readonly #bands = new Float32Array(BANDS);
  readonly #heard = new Float32Array(BANDS);
  /** In ms; waves and arcs run by it. */
  #time = 0;

  /** The level that it shows, 0 to 1. */
  get level(): number {
    return this.#level;
  }

  /**
   * Moves on; returns whether it would move further by itself.
   *
   * @param meter Of whoever is to be seen speaking; undefined for nobody.
   */
  advance(look: Look, meter: SoundMeter | undefined, ms: number): boolean {
    const target = POSES[look];
    const { reach, wave, arc, arcs } = target;
    let moves = reach + wave + arc + arcs > 0;
    const approach = (from: number, to: number, constantMs: number) => {
      if (Math.abs(to - from) < NEAR) return to;
      moves = true;
      return to + (from - to) * Math.exp(-ms / constantMs);
    };
    const follow = (from: number, to: number) =>
      approach(from, to, to > from ? ATTACK_MS : RELEASE_MS);

    this.#time += ms;
    for (const part of Object.keys(target) as (keyof Pose)[]) {
      this.#pose[part] = approach(this.#pose[part], target[part], POSE_MS);
    }
    const heard = reach > 0 ? meter : undefined;
    this.#level = follow(this.#level, heard?.level ?? 0);
    this.#heard.fill(0);
    heard?.bands(this.#heard);
    this.#bands.forEach((shown, band) => {
      this.#bands[band] = follow(shown, this.#heard[band]!);
    });
    return moves;
  }

  /** Takes a pose at once, and stands still in it as if there were some sound. */
  hold(look: Look): void {
    this.#pose = { ...POSES[look] };
    this.#level = 0;
    this.#time = ARC_MS / 4;
    this.#bands.forEach((_, band) => {
      this.#bands[band] = 0.4 + 0.3 * Math.cos(band);
    });
  }

  /** Draws it all over a square canvas, `size` pixels wide. */
  draw(
    context: CanvasRenderingContext2D,
    size: number,
    { stroke, fill }: { stroke: string; fill: string },
  ): void {
    const pose = this.#pose;
    const half = size / 2;
    context.setTransform(half, 0, 0, half, half, half);
    context.clearRect(-1, -1, 2, 2);
    context.strokeStyle = stroke;
    context.lineWidth = LINE;
    context.lineCap = "round";

    const circle = (radius: number) => {
      context.beginPath();
      context.arc(0, 0, radius, 0, 2 * Math.PI);
    };
    context.globalAlpha = 1;
    context.fillStyle = fill;
    circle(pose.halo + pose.glow * this.#level);
    context.fill();
    context.fillStyle = stroke;
    context.globalAlpha = pose.fill;
    circle(pose.disc + pose.breath * this.#level);
    context.fill();
    context.globalAlpha = 1;
    context.stroke();

    const line = (x: number, y: number, endX: number, endY: number) => {
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(endX, endY);
      context.stroke();
    };
    const { slash, cross } = pose;
    if (slash > 0) line(-slash, -slash, slash, slash);
    if (cross > 0) line(-cross, cross, cross, -cross);

    for (let bar = 0; bar < BARS; bar++) {
      const turn = (bar + 0.5) / BARS;
      const around = bar % (2 * BANDS);
      const band = Math.min(around, 2 * BANDS - 1 - around);
      // Squared, or nearly, so that the strong bands stand out.
      const sound = this.#bands[band]! ** 1.5;
      const wave = (0.5 + 0.5 * this.#wave(turn)) ** 2;
      const arc = this.#trail(turn, 0.5);
      const arcs = Math.max(
        this.#trail(turn, 0.25),
        this.#trail(turn + 0.5, 0.25),
      );
      const shown = (1 - pose.arc * (1 - arc)) * (1 - pose.arcs * (1 - arcs));
      // A line of no length is not drawn at all, so that it has a little more.
      const end = RING + 0.001 + pose.bar * shown + pose.reach * sound +
        pose.wave * wave;
      const [x, y] = [
        Math.sin(2 * Math.PI * turn),
        -Math.cos(2 * Math.PI * turn),
      ];
      context.globalAlpha = HIDDEN + (1 - HIDDEN) * shown;
      line(RING * x, RING * y, end * x, end * y);
    }
  }

  /** A wave of three crests that runs round, at a turn: -1 to 1. */
  #wave(turn: number): number {
    return Math.cos(6 * Math.PI * (turn - this.#time / WAVE_MS));
  }

  /** How much of an arc shows at a turn: all at its head, less and less behind it. */
  #trail(turn: number, length: number): number {
    const behind = this.#time / ARC_MS - turn;
    return Math.max(0, 1 - (behind - Math.floor(behind)) / length);
  }
}
