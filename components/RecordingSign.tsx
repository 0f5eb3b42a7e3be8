import { useNow } from "../lib/client/hooks.ts";
import { clockTime } from "../lib/language/clock_time.ts";
import { useMessages } from "../lib/language/context.ts";

/** Says that a recording runs, and for how long, since `since` ms after 1970. */
export function RecordingSign({ since }: { since: number | undefined }) {
  return since === undefined ? null : <Running since={since} />;
}

function Running({ since }: { since: number }) {
  const { control } = useMessages();
  return (
    <p class="recording">
      {control.recording} <span>{clockTime(useNow() - since)}</span>
    </p>
  );
}
