import type { Clock } from "../clock.ts";
import type { Log } from "../engine/tool.ts";
import { type Rate, TokenBucket } from "./rate_limit.ts";

/**
 * Frames of JSON that a page may send. One that comes back after its connection
 * broke sends up to 200 that have waited, all at once.
 */
const JSON_RATE: Rate = { perSecond: 50, burst: 256 };

/**
 * On AG2's wire the browser sends on every event of a function call, among them
 * the pieces of its arguments, which come as fast as the model writes.
 */
export const AG2_RATE: Rate = { perSecond: 200, burst: 1_000 };

/**
 * Sound, in blocks of 20 ms: twice as fast as time, and at once as much as waits
 * behind a network that stood still for half a minute.
 */
const SOUND_RATE: Rate = { perSecond: 100, burst: 1_500 };

/** 20 ms of PCM16 at 24 kHz. */
const BLOCK_BYTES = 960;

/** The longest binary frame that is taken. */
const MAX_BINARY_BYTES = 64 * 1024;

/** This many frames that are refused end a conversation. */
const MAX_REFUSED = 10;

/** Why a conversation ends that sends too many of them. */
export const BAD_FRAMES = `More than ${
  MAX_REFUSED - 1
} frames could not be read`;

/** Why a frame is not taken. */
export interface FrameRefusal {
  code: "bad_frame" | "too_many_frames";
  message: string;
}

/** Watches what comes in over one WebSocket. */
export class FrameDoor {
  readonly #log: Log;
  readonly #json: TokenBucket;
  readonly #sound: TokenBucket;
  #refused = 0;

  constructor(log: Log, clock: Clock, json = JSON_RATE) {
    this.#log = log;
    this.#json = new TokenBucket(json, clock);
    this.#sound = new TokenBucket(SOUND_RATE, clock);
  }

  /** Counts a frame; says why where it may not come in. */
  check(data: unknown): FrameRefusal | undefined {
    const size = data instanceof ArrayBuffer ? data.byteLength : 0;
    if (size > MAX_BINARY_BYTES) {
      return {
        code: "bad_frame",
        message:
          `The frame has ${size} bytes; ${MAX_BINARY_BYTES} is the most of sound`,
      };
    }
    const inTime = size > 0
      ? this.#sound.take(Math.max(1, size / BLOCK_BYTES))
      : this.#json.take();
    return inTime ? undefined : {
      code: "too_many_frames",
      message: "Frames come too fast, so that this one was not read",
    };
  }

  /** Counts a frame that was not taken; true where it was one too many. */
  refuse(code: FrameRefusal["code"]): boolean {
    this.#log.warn("A frame was refused", { reason: code });
    return ++this.#refused >= MAX_REFUSED;
  }
}
