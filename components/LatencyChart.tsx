import { useMessages } from "../lib/language/context.ts";
import { fill } from "../lib/language/messages.ts";

/** The most turns that are drawn: the latest. */
const MOST = 24;
/** What a bar of full height stands for at least, in ms. */
const LEAST_SCALE_MS = 500;
const WIDTH = 8;
const HEIGHT = 40;

/** Milliseconds from question to answer, a bar a turn. */
export function LatencyChart({ latencies }: { latencies: readonly number[] }) {
  const { developer } = useMessages();
  if (latencies.length === 0) return <p>{developer.noTurns}</p>;
  const first = Math.max(0, latencies.length - MOST);
  const shown = latencies.slice(first);
  const scale = Math.max(LEAST_SCALE_MS, ...shown);
  const words = shown.map((ms, at) =>
    fill(developer.latencyTurn, { turn: first + at + 1, ms: Math.round(ms) })
  );
  return (
    <figure class="chart">
      <svg
        role="img"
        aria-label={words.join(", ")}
        viewBox={`0 0 ${MOST * WIDTH} ${HEIGHT}`}
        preserveAspectRatio="xMinYMax meet"
      >
        {shown.map((ms, at) => (
          <rect
            key={first + at}
            x={at * WIDTH}
            y={HEIGHT - ms / scale * HEIGHT}
            width={WIDTH - 2}
            height={ms / scale * HEIGHT}
            rx="1"
          >
            <title>{words[at]}</title>
          </rect>
        ))}
      </svg>
      <figcaption>
        {words.at(-1)} · {fill(developer.median, {
          ms: Math.round(median(latencies)),
        })}
      </figcaption>
    </figure>
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
