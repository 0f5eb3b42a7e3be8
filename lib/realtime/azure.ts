import { OpenAIProvider } from "./openai.ts";
import type { OpenAIOptions } from "./openai.ts";

export interface AzureOptions
  extends Pick<OpenAIOptions, "fetch" | "onMalformed" | "clock" | "random"> {
  /** The resource's address, such as `https://NAME.openai.azure.com`. */
  endpoint: string;
  apiKey: string;
}

/**
 * Azure OpenAI's GA Realtime API: the same wire under `/openai/v1`, the key in
 * the header `api-key`, the deployment's name where OpenAI has the model's
 * (https://learn.microsoft.com/azure/foundry/openai/how-to/realtime-audio-webrtc).
 *
 * `openai`'s own AzureOpenAI is not used: it adds an `api-version`, which the
 * versioned path has no use for, and forces `wss:` on its sockets.
 */
export function azureProvider(
  { endpoint, apiKey, ...options }: AzureOptions,
): OpenAIProvider {
  return new OpenAIProvider({
    ...options,
    title: "Azure OpenAI",
    apiKey,
    baseUrl: azureBaseUrl(endpoint),
    headers: { "api-key": apiKey },
    settings: {
      key: "AZURE_OPENAI_API_KEY",
      baseUrl: "AZURE_OPENAI_ENDPOINT",
      model: "AZURE_OPENAI_DEPLOYMENT",
    },
  });
}

/**
 * The API's base for a resource. The portal shows addresses of several lengths,
 * some with a path and a query behind `/openai`; all of them are understood.
 */
export function azureBaseUrl(endpoint: string): string {
  const { origin, pathname } = new URL(endpoint);
  const prefix = pathname.replace(/\/openai(\/.*)?$/, "").replace(/\/+$/, "");
  return `${origin}${prefix}/openai/v1`;
}
