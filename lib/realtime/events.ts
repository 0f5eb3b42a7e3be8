/**
 * The events of the GA realtime wire, as `openai` 7 types them.
 *
 * The package's types are the authority (they win over any prose); this module
 * only gives them short names and fills in what the union leaves out.
 */
import type {
  ConversationItem,
  RealtimeClientEvent as OpenAIClientEvent,
  RealtimeError,
  RealtimeFunctionTool,
  RealtimeResponse,
  RealtimeResponseCreateParams,
  RealtimeResponseUsage,
  RealtimeServerEvent as OpenAIServerEvent,
  RealtimeSessionCreateRequest,
} from "openai/resources/realtime/realtime";

export type {
  ConversationItem,
  RealtimeError,
  RealtimeFunctionTool,
  RealtimeResponse,
  RealtimeResponseCreateParams,
  RealtimeResponseUsage,
};

/** The session object of the GA wire (`type: "realtime"`). */
export type SessionConfig = RealtimeSessionCreateRequest;

/** An event that the model's peer sends. */
export type RealtimeServerEvent = OpenAIServerEvent;

/** An event that a client sends to the model's peer. */
export type RealtimeClientEvent = OpenAIClientEvent;

/** `Omit` applied to each member of a union, so that discriminants survive. */
type EachWithout<Union, Key extends PropertyKey> = Union extends unknown
  ? Omit<Union, Key>
  : never;

/** A server event before its `event_id` has been given. */
export type UnsentServerEvent = EachWithout<RealtimeServerEvent, "event_id">;

/** The server event with this `type`. */
export type ServerEventOf<Type extends RealtimeServerEvent["type"]> = Extract<
  RealtimeServerEvent,
  { type: Type }
>;
