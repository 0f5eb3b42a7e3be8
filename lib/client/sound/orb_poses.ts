/** What a conversation is doing, as a picture shows it. */
export type OrbState =
  | "idle"
  | "connecting"
  | "listening"
  | "thinking"
  | "speaking"
  | "reconnecting"
  | "ended"
  | "failed";

/**
 * What the picture is like: a disc, and around it a ring of bars. Lengths are
 * parts of half the picture. From pose to pose every number moves by itself.
 */
export interface Pose {
  /** How large the disc is, and how much of it is filled: 0 for an outline. */
  disc: number;
  fill: number;
  /** By how much all of a sound lets the disc grow. */
  breath: number;
  /** How large the halo behind the disc is, and by how much a sound lets it grow. */
  halo: number;
  glow: number;
  /** How long a bar is, and by how much a sound lengthens it. */
  bar: number;
  reach: number;
  /** By how much a wave that runs round lengthens it. */
  wave: number;
  /** How much the bars hide except under an arc that runs round, or under two. */
  arc: number;
  arcs: number;
  /** How far a slanting line, and one across it, reach from the middle. */
  slash: number;
  cross: number;
}

const STILL: Pose = {
  disc: 0.42,
  fill: 0,
  breath: 0,
  halo: 0.32,
  glow: 0,
  bar: 0,
  reach: 0,
  wave: 0,
  arc: 0,
  arcs: 0,
  slash: 0,
  cross: 0,
};

/** A state, or being muted while listening. */
export type Look = OrbState | "muted";

/** Every state by its shape alone, so that nobody needs the colours. */
export const POSES: Record<Look, Pose> = {
  idle: STILL,
  connecting: { ...STILL, disc: 0.28, halo: 0, bar: 0.1, arc: 1 },
  listening: { ...STILL, halo: 0.14, glow: 0.24, bar: 0.02, reach: 0.28 },
  muted: { ...STILL, slash: 0.2 },
  thinking: { ...STILL, disc: 0.16, halo: 0, wave: 0.17 },
  speaking: {
    ...STILL,
    disc: 0.36,
    fill: 1,
    breath: 0.12,
    halo: 0.42,
    glow: 0.16,
    bar: 0.02,
    reach: 0.28,
  },
  reconnecting: { ...STILL, disc: 0.28, halo: 0, bar: 0.1, arcs: 1 },
  ended: { ...STILL, disc: 0.08, fill: 1, halo: 0 },
  failed: { ...STILL, slash: 0.14, cross: 0.14 },
};
