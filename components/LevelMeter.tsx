import { useRef } from "preact/hooks";
import { useEachFrame } from "../lib/client/hooks.ts";
import { useMessages } from "../lib/language/context.ts";

/** How loud the microphone is, as it changes. */
export function LevelMeter({ level }: { level: () => number }) {
  const { settings } = useMessages();
  const meter = useRef<HTMLMeterElement>(null);
  useEachFrame(() => {
    if (meter.current) meter.current.value = level();
  });
  return <meter ref={meter} min={0} max={1} aria-label={settings.level} />;
}
