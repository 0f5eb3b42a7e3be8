import type {
  ConversationItem,
  SessionConfig,
  UnsentServerEvent,
} from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { Speaking } from "./audio/speaking.ts";
import type { Reply } from "./brain/brain.ts";
import type { Conversation, StoredItem } from "./conversation.ts";
import type { AudioOutput, Utterance } from "./output.ts";
import { voiceOf } from "./session_config.ts";
import { outputTokens } from "./usage.ts";

export interface WriterContext {
  emit: (event: UnsentServerEvent) => void;
  session: SessionConfig;
  /** Where the items go; undefined for a response outside the conversation. */
  conversation: Conversation | undefined;
  speaking: Pick<Speaking, "speak">;
  output: AudioOutput;
  signal: AbortSignal;
}

/** What `max_output_tokens: "inf"` comes to; no model of OpenAI's writes more. */
const MOST_TOKENS = 4096;

/** Arguments travel in pieces of this many characters. */
const ARGUMENTS_PIECE = 12;

/** Writes one response's items as the protocol's events, in its order. */
export class ResponseWriter {
  readonly items: StoredItem[] = [];
  /** Everything written so far: words and arguments. */
  text = "";
  /** Milliseconds of sound made. */
  spokenMs = 0;
  status: "completed" | "incomplete" = "completed";
  #responseId: string;
  #context: WriterContext;
  #spoken: Utterance[] = [];

  constructor(responseId: string, context: WriterContext) {
    this.#responseId = responseId;
    this.#context = context;
  }

  async write(reply: Reply): Promise<void> {
    if (reply.kind === "calls") {
      for (const call of reply.calls) this.#call(call.name, call.arguments);
    } else if (this.#context.session.output_modalities?.[0] === "text") {
      this.#message(reply.text);
    } else {
      await this.#speak(reply.text);
    }
  }

  /** Lets the playback end; said after `response.done`, as the protocol has it. */
  finishPlayback(output: AudioOutput): void {
    for (const utterance of this.#spoken) output.finish(utterance);
  }

  #call(name: string, args: string): void {
    const { emit } = this.#context;
    const item: StoredItem = {
      id: newId("item"),
      object: "realtime.item",
      type: "function_call",
      status: "in_progress",
      call_id: newId("call"),
      name,
      arguments: "",
    };
    const ids = this.#open(item);
    const call_id = item.call_id!;
    for (let at = 0; at < args.length; at += ARGUMENTS_PIECE) {
      emit({
        type: "response.function_call_arguments.delta",
        ...ids,
        call_id,
        delta: args.slice(at, at + ARGUMENTS_PIECE),
      });
    }
    emit({
      type: "response.function_call_arguments.done",
      ...ids,
      call_id,
      name,
      arguments: args,
    });
    this.text += name + args;
    this.#close({ ...item, status: "completed", arguments: args });
  }

  #message(text: string): void {
    const { emit } = this.#context;
    const item = assistantItem();
    const ids = { ...this.#open(item), content_index: 0 };
    emit({
      type: "response.content_part.added",
      ...ids,
      part: { type: "text", text: "" },
    });
    const written = this.#withinLimit(text);
    for (const delta of wordsWithSpaces(written)) {
      emit({ type: "response.output_text.delta", ...ids, delta });
    }
    this.text += written;
    emit({ type: "response.output_text.done", ...ids, text: written });
    emit({
      type: "response.content_part.done",
      ...ids,
      part: { type: "text", text: written },
    });
    this.#close({
      ...item,
      status: this.status,
      content: [{ type: "output_text", text: written }],
    });
  }

  async #speak(text: string): Promise<void> {
    const { emit, output, signal, speaking, session } = this.#context;
    const item = assistantItem();
    const ids = { ...this.#open(item), content_index: 0 };
    emit({
      type: "response.content_part.added",
      ...ids,
      part: { type: "audio", transcript: "" },
    });
    const utterance: Utterance = {
      responseId: this.#responseId,
      itemId: item.id,
      outputIndex: ids.output_index,
    };
    this.#spoken.push(utterance);
    let said = "";
    const sentences = speaking.speak(this.#withinLimit(text), {
      voice: voiceOf(session),
      speed: session.audio?.output?.speed ?? 1,
      format: output.format,
      signal,
    });
    for await (const sentence of sentences) {
      await output.room(signal);
      if (signal.aborted) break;
      const { text } = sentence;
      const words = said === "" || text === "" ? text : ` ${text}`;
      for (const delta of wordsWithSpaces(words)) {
        emit({ type: "response.output_audio_transcript.delta", ...ids, delta });
      }
      said += words;
      this.text += words;
      this.spokenMs += sentence.durationMs;
      output.play(utterance, sentence);
    }
    emit({ type: "response.output_audio.done", ...ids });
    emit({
      type: "response.output_audio_transcript.done",
      ...ids,
      transcript: said,
    });
    emit({
      type: "response.content_part.done",
      ...ids,
      part: { type: "audio", transcript: said },
    });
    this.#close({
      ...item,
      status: signal.aborted ? "incomplete" : this.status,
      content: [{ type: "output_audio", transcript: said }],
    });
  }

  /** Cuts a text at `max_output_tokens` and remembers that it did. */
  #withinLimit(text: string): string {
    const asked = this.#context.session.max_output_tokens;
    const limit = typeof asked === "number" ? asked : MOST_TOKENS;
    if (outputTokens(text, 0) <= limit) return text;
    this.status = "incomplete";
    let written = "";
    for (const word of wordsWithSpaces(text)) {
      if (written !== "" && outputTokens(written + word, 0) > limit) break;
      written += word;
    }
    return written;
  }

  #open(
    item: StoredItem,
  ): { response_id: string; item_id: string; output_index: number } {
    const { emit, conversation } = this.#context;
    const output_index = this.items.length;
    this.items.push(item);
    emit({
      type: "response.output_item.added",
      response_id: this.#responseId,
      output_index,
      item,
    });
    if (conversation !== undefined) {
      const { previousId } = conversation.insert(item);
      emit({
        type: "conversation.item.added",
        previous_item_id: previousId,
        item,
      });
    }
    return {
      response_id: this.#responseId,
      item_id: item.id,
      output_index,
    };
  }

  #close(item: StoredItem): void {
    const { emit, conversation } = this.#context;
    const output_index = this.items.findIndex(({ id }) => id === item.id);
    this.items[output_index] = item;
    emit({
      type: "response.output_item.done",
      response_id: this.#responseId,
      output_index,
      item,
    });
    if (conversation !== undefined) {
      conversation.replace(item);
      emit({
        type: "conversation.item.done",
        previous_item_id: conversation.previousIdOf(item.id),
        item,
      });
    }
  }
}

function assistantItem():
  & StoredItem
  & Extract<
    ConversationItem,
    { role: "assistant" }
  > {
  return {
    id: newId("item"),
    object: "realtime.item",
    type: "message",
    role: "assistant",
    status: "in_progress",
    content: [],
  };
}

/** "a bc" → ["a", " bc"]: deltas that add up to the text. */
function wordsWithSpaces(text: string): string[] {
  // Spaces with no word behind them would be looked through again from each one.
  return text.trimEnd().match(/\s*\S+/g) ?? [];
}
