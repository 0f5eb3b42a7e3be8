import OpenAI from "openai";
import type {
  RealtimeClientEvent,
  RealtimeServerEvent,
} from "openai/resources/realtime/realtime";

/**
 * Asks the embedded peer for the call of a function.
 *
 * @param baseURL Such as `http://127.0.0.1:8000/local/v1`.
 */
export async function callFor(
  baseURL: string,
  question: string,
): Promise<{ name: string; args: string }> {
  const client = new OpenAI({ apiKey: "any-key", baseURL });
  const { value } = await client.realtime.clientSecrets.create({
    session: {
      type: "realtime",
      output_modalities: ["text"],
      tools: [{
        type: "function",
        name: "switch_light",
        description: [
          "Switch the light in a room",
          'People ask for this by saying, for example: "light in the {room}".',
        ].join("\n"),
        parameters: {
          type: "object",
          properties: { room: { type: "string", enum: ["kitchen", "hall"] } },
        },
      }],
    },
  });
  const url = `${baseURL.replace(/^http/, "ws")}/realtime`;
  const socket = new WebSocket(url, [
    "realtime",
    `openai-insecure-api-key.${value}`,
  ]);
  const send = (event: RealtimeClientEvent) =>
    socket.send(JSON.stringify(event));
  return await new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error(`${url} can't be reached`));
    socket.onmessage = ({ data }) => {
      const event: RealtimeServerEvent = JSON.parse(data);
      if (event.type === "session.created") {
        send({
          type: "conversation.item.create",
          item: {
            type: "message",
            role: "user",
            content: [{ type: "input_text", text: question }],
          },
        });
        send({ type: "response.create" });
      }
      if (event.type === "response.function_call_arguments.done") {
        socket.close();
        resolve({ name: event.name, args: event.arguments });
      }
    };
  });
}
