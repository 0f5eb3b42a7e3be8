import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { EventLog, LogEntry } from "../lib/client/developer/event_log.ts";
import { useFollowedEnd } from "../lib/client/hooks.ts";
import { useMessages } from "../lib/language/context.ts";
import { fill } from "../lib/language/messages.ts";

/** All that went over the wires, to look through. */
export function EventLogView({ log }: { log: EventLog }) {
  const { developer } = useMessages();
  const scroll = useRef<HTMLDivElement>(null);
  const entries = log.shown.value;
  useFollowedEnd(scroll, entries);
  return (
    <section class="events" aria-labelledby="events">
      <header>
        <h3 id="events">{developer.events}</h3>
        <input
          type="search"
          aria-label={developer.filter}
          placeholder={developer.filter}
          value={log.filter.value}
          onInput={({ currentTarget }) =>
            log.filter.value = currentTarget.value}
        />
        <button type="button" onClick={() => log.togglePause()}>
          {log.paused.value ? developer.goOn : developer.pause}
        </button>
      </header>
      <div
        class="lines"
        ref={scroll}
        tabIndex={0}
        role="group"
        aria-labelledby="events"
      >
        {entries.length === 0 && <p>{developer.noEvents}</p>}
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} start={log.startedAt} />
        ))}
      </div>
    </section>
  );
}

/** Reads a signal, and so is drawn anew only when its own entry changes. */
function Line({ entry, start }: { entry: LogEntry; start: number }) {
  const { developer } = useMessages();
  const open = useSignal(false);
  const { direction, wire, type, at, body, count } = entry;
  return (
    <details
      class={`line ${direction} ${wire}`}
      onToggle={({ currentTarget }) => open.value = currentTarget.open}
    >
      <summary>
        <span class="arrow" aria-hidden="true">
          {direction === "in" ? "↓" : "↑"}
        </span>
        <span class="unseen">{developer[direction]}</span>
        <code>{type}</code>
        {count > 1 && (
          <span class="count" title={fill(developer.times, { count })}>
            ×{count}
          </span>
        )}
        <span class="at">{((at - start) / 1000).toFixed(2)} s</span>
      </summary>
      {open.value && <pre>{JSON.stringify(body, null, 2)}</pre>}
    </details>
  );
}
