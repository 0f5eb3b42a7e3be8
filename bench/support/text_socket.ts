import { PromptSocket } from "./prompt_socket.ts";

/** A WebSocket for text, as far as a scripted page needs one. */
export interface TextSocket {
  send(text: string): void;
  close(): void;
}

export interface TextSocketEvents {
  open: () => void;
  message: (text: string) => void;
  /** It is closed, or could not be opened. */
  close: () => void;
}

/** @param prompt Sends as promptly as a browser, see {@link PromptSocket}. */
export function openTextSocket(
  url: URL,
  protocol: string,
  prompt: boolean,
  events: TextSocketEvents,
): TextSocket {
  if (prompt) return new PromptSocket(url, protocol, events);
  const socket = new WebSocket(url, protocol);
  socket.addEventListener("open", events.open);
  socket.addEventListener("message", ({ data }) => events.message(data));
  socket.addEventListener("close", events.close);
  return socket;
}
