import type { UnsentServerEvent } from "../realtime/events.ts";
import { newId } from "../realtime/ids.ts";
import type { Ear, HeardEvent } from "./audio/hearing.ts";
import type { Conversation, StoredItem } from "./conversation.ts";
import { ClientEventError } from "./errors.ts";
import type { Detection } from "./session_config.ts";

export interface TurnParts {
  emit: (event: UnsentServerEvent) => void;
  conversation: Conversation;
  detection: () => Detection | null;
  /** Whether the session wants to know what was said. */
  transcribes: () => boolean;
  /** The person begins to speak: whoever is speaking falls silent. */
  interrupt: () => void;
  /** A turn is complete and wants an answer. */
  respond: () => void;
}

/** A turn that was committed and is being recognised. */
interface Unrecognised {
  itemId: string;
  durationMs: number;
  done: () => void;
}

/** What a person says: from the ear's reports to the protocol's events. */
export class Turns {
  #parts: TurnParts;
  #ear: Ear | undefined;
  /** The item that the speech going on will become. */
  #speech: string | undefined;
  #unrecognised: (Unrecognised & { ready: Promise<void> })[] = [];
  #heardMs = new Map<string, number>();

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /** Begins to listen; the ear's events go to {@link Turns.heard}. */
  listen(ear: Ear): void {
    this.#ear = ear;
  }

  /** Milliseconds of speech in an item; 0 for one that was typed. */
  heardMs(itemId: string): number {
    return this.#heardMs.get(itemId) ?? 0;
  }

  /** Resolves once everything committed so far is recognised. */
  async recognised(): Promise<void> {
    await Promise.all(this.#unrecognised.map(({ ready }) => ready));
  }

  heard(event: HeardEvent): void {
    const { emit } = this.#parts;
    switch (event.type) {
      case "speech_started": {
        this.#speech = newId("item");
        emit({
          type: "input_audio_buffer.speech_started",
          audio_start_ms: Math.round(event.atMs),
          item_id: this.#speech,
        });
        if (this.#parts.detection()?.interruptResponse) this.#parts.interrupt();
        break;
      }
      case "speech_stopped": {
        const itemId = this.#speech ?? newId("item");
        this.#speech = undefined;
        emit({
          type: "input_audio_buffer.speech_stopped",
          audio_end_ms: Math.round(event.atMs),
          item_id: itemId,
        });
        this.#commit(itemId, event.durationMs);
        if (this.#parts.detection()?.createResponse) this.#parts.respond();
        break;
      }
      case "heard":
        this.#recognise(event.text);
    }
  }

  /**
   * Ends the turn by hand.
   *
   * @throws {ClientEventError} `input_audio_buffer_commit_empty`
   */
  async commit(): Promise<void> {
    // Hearing that fails meanwhile has heard nothing, and starts anew by itself.
    const durationMs = await this.#ear?.commit().catch(() => 0) ?? 0;
    if (durationMs === 0) {
      throw new ClientEventError(
        "input_audio_buffer_commit_empty",
        "Error committing input audio buffer: it holds less than 100 ms of sound",
      );
    }
    this.#commit(this.#speech ?? newId("item"), durationMs);
    this.#speech = undefined;
  }

  /** The person has said nothing for so long that the agent speaks up. */
  timedOut(fromMs: number, toMs: number): void {
    const itemId = newId("item");
    this.#parts.emit({
      type: "input_audio_buffer.timeout_triggered",
      audio_start_ms: Math.round(fromMs),
      audio_end_ms: Math.round(toMs),
      item_id: itemId,
    });
    this.#commit(itemId, 0);
    this.#recognise("");
    this.#parts.respond();
  }

  clear(): void {
    this.#ear?.clear();
    this.#speech = undefined;
    this.#parts.emit({ type: "input_audio_buffer.cleared" });
  }

  close(): void {
    this.#ear?.close();
    this.#ear = undefined;
    for (const { done } of this.#unrecognised.splice(0)) done();
  }

  #commit(itemId: string, durationMs: number): void {
    const { emit, conversation } = this.#parts;
    const { item, previousId } = conversation.insert(
      audioItem(itemId, null),
    );
    this.#heardMs.set(itemId, durationMs);
    const { promise: ready, resolve: done } = Promise.withResolvers<void>();
    this.#unrecognised.push({ itemId, durationMs, done, ready });
    const previous_item_id = previousId;
    emit({
      type: "input_audio_buffer.committed",
      previous_item_id,
      item_id: itemId,
    });
    emit({ type: "conversation.item.added", previous_item_id, item });
    emit({ type: "conversation.item.done", previous_item_id, item });
  }

  #recognise(text: string): void {
    const turn = this.#unrecognised.shift();
    if (turn === undefined) return;
    this.#parts.conversation.setHeard(turn.itemId, text);
    const ids = { item_id: turn.itemId, content_index: 0 };
    if (this.#parts.transcribes()) {
      if (text === "") {
        this.#parts.emit({
          type: "conversation.item.input_audio_transcription.failed",
          ...ids,
          error: {
            type: "transcription_error",
            code: "audio_unintelligible",
            message: "The audio could not be understood",
          },
        });
      } else {
        // Whoever retrieves the item from here on finds the words in it: OpenAI's
        // agents SDK does so at once, and has the user's words from nowhere else.
        this.#parts.conversation.replace(audioItem(turn.itemId, text));
        this.#parts.emit({
          type: "conversation.item.input_audio_transcription.delta",
          ...ids,
          delta: text,
        });
        this.#parts.emit({
          type: "conversation.item.input_audio_transcription.completed",
          ...ids,
          transcript: text,
          usage: { type: "duration", seconds: turn.durationMs / 1000 },
        });
      }
    }
    turn.done();
  }
}

/** What a person said; without words (null, never absent) until they are known. */
function audioItem(id: string, transcript: string | null) {
  return {
    id,
    object: "realtime.item",
    type: "message",
    role: "user",
    status: "completed",
    content: [{ type: "input_audio", transcript }],
  } as StoredItem;
}
