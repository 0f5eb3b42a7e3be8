import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Messages } from "./messages.ts";

const MessagesContext = createContext<Messages | undefined>(undefined);

/** Gives the components below it their words. */
export const WithMessages = MessagesContext.Provider;

/**
 * The words of the page, for a component.
 *
 * @throws outside of {@link WithMessages}.
 */
export function useMessages(): Messages {
  const messages = useContext(MessagesContext);
  if (messages === undefined) {
    throw new Error("There are no messages here: wrap it in WithMessages");
  }
  return messages;
}
