import type { Config } from "./config.ts";
import type { Log } from "./engine/tool.ts";
import type { LocalPeer } from "./local/peer.ts";
import { localProvider } from "./local/provider.ts";
import { azureProvider } from "./realtime/azure.ts";
import { OpenAIProvider } from "./realtime/openai.ts";
import type { RealtimeProvider } from "./realtime/provider.ts";

/**
 * The provider that the configuration asks for.
 *
 * @param peer The embedded peer, where it is the provider.
 */
export function chooseProvider(
  { provider, apiKey = "", baseUrl }: Config,
  peer: LocalPeer | undefined,
  log: Log,
): RealtimeProvider {
  if (peer !== undefined) return localProvider(peer);
  const onMalformed = (fault: string) =>
    log.warn("The model sent what is no event", { fault });
  return provider === "azure"
    ? azureProvider({ endpoint: baseUrl, apiKey, onMalformed })
    : new OpenAIProvider({ title: "OpenAI", apiKey, baseUrl, onMalformed });
}
