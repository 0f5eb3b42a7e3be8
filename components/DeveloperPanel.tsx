import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Conversation } from "../lib/client/conversation.ts";
import { STAGES } from "../lib/client/developer/measures.ts";
import {
  type NetworkQuality,
  NetworkStats,
} from "../lib/client/network_stats.ts";
import { useMessages } from "../lib/language/context.ts";
import { fill } from "../lib/language/messages.ts";
import { EventLogView } from "./EventLogView.tsx";
import { LatencyChart } from "./LatencyChart.tsx";

/** How often the network is looked at, in ms. */
const LOOK_MS = 1_000;

/** What developers want to see of a conversation: figures and events. */
export function DeveloperPanel(
  { conversation, language }: { conversation: Conversation; language: string },
) {
  const { developer: words, stage, tool, control } = useMessages();
  const { measures, log, transcript } = conversation;
  const { stages, connectMs, latencies, usage } = measures;
  const network = useNetwork(conversation);
  const tools = transcript.value.turns.filter((turn) => turn.kind === "tool");
  const { inputTokens, cachedTokens, outputTokens, costUsd } = usage.value;
  const dollars = new Intl.NumberFormat(language, {
    style: "currency",
    currency: "USD",
    maximumFractionDigits: 4,
  });
  const ms = (value: number | undefined) =>
    value === undefined ? "–" : `${Math.round(value)} ms`;
  return (
    <section id="developer" class="developer" aria-labelledby="developer-title">
      <h2 id="developer-title" class="unseen">
        {control.developer}
      </h2>
      <div class="figures">
        <Figures title={words.connect}>
          {STAGES.map((name) => (
            <Figure key={name} name={stage[name]}>
              {ms(stages.value[name])}
            </Figure>
          ))}
          {connectMs.value !== undefined && (
            <Figure name="">
              {fill(words.total, { ms: Math.round(connectMs.value) })}
            </Figure>
          )}
        </Figures>
        <section>
          <h3 title={words.latencyHint}>{words.latency}</h3>
          <LatencyChart latencies={latencies.value} />
        </section>
        <Figures title={words.tools}>
          {tools.length === 0 && <Figure name={words.noTools} />}
          {tools.map((turn) => (
            <Figure key={turn.callId} name={turn.name}>
              {turn.durationMs === undefined
                ? tool[turn.status]
                : ms(turn.durationMs)}
            </Figure>
          ))}
        </Figures>
        <Figures title={words.network}>
          {network === undefined ? <Figure name={words.noNetwork} /> : (
            <>
              <Figure name={words.roundTrip}>{ms(network.roundTripMs)}</Figure>
              <Figure name={words.jitter}>{ms(network.jitterMs)}</Figure>
              <Figure name={words.loss}>
                {network.loss === undefined
                  ? "–"
                  : `${(network.loss * 100).toFixed(1)} %`}
              </Figure>
              <Figure name={words.rate}>
                {Math.round(network.inKbps ?? 0)} /{" "}
                {Math.round(network.outKbps ?? 0)} kbit/s
              </Figure>
            </>
          )}
        </Figures>
        <Figures title={words.usage}>
          <Figure name={words.input}>{inputTokens}</Figure>
          <Figure name={words.cached}>{cachedTokens}</Figure>
          <Figure name={words.output}>{outputTokens}</Figure>
          <Figure name={words.cost}>
            {costUsd === undefined ? words.noCost : dollars.format(costUsd)}
          </Figure>
        </Figures>
      </div>
      <EventLogView log={log} />
    </section>
  );
}

function Figures(
  { title, children }: { title: string; children: ComponentChildren },
) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

function Figure(
  { name, children }: { name: string; children?: ComponentChildren },
) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** How the network is doing, as long as somebody looks. */
function useNetwork(conversation: Conversation): NetworkQuality | undefined {
  const quality = useSignal<NetworkQuality | undefined>(undefined);
  const running = conversation.running.value;
  useEffect(() => {
    if (!running || conversation.stats() === undefined) return;
    const stats = new NetworkStats(() =>
      conversation.stats() ?? Promise.reject(new Error("The call is over"))
    );
    const look = async () => {
      try {
        const { loss = quality.peek()?.loss, ...seen } = await stats.look();
        // Nothing is lost while nothing comes: then the last figure stands.
        quality.value = { ...seen, loss };
      } catch {
        // The call ended between two looks.
      }
    };
    void look();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearInterval(timer);
      quality.value = undefined;
    };
  }, [running]);
  return quality.value;
}
