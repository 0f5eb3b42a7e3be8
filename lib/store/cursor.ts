/** A place in the list of conversations: the one that was shown last. */
export interface Position {
  /** When it began, in milliseconds since 1970. */
  startedAt: number;
  id: string;
}

/** A position as it stands in an address, such as `1767225600000.sess_9dQ…`. */
export function cursorOf({ startedAt, id }: Position): string {
  return `${startedAt}.${id}`;
}

/** The position that a cursor names; undefined where it is none. */
export function positionOf(cursor: string): Position | undefined {
  const [, startedAt, id] = /^(\d{1,15})\.(\w{1,64})$/.exec(cursor) ?? [];
  return startedAt === undefined || id === undefined
    ? undefined
    : { startedAt: Number(startedAt), id };
}
