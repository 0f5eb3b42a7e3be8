/**
 * YOURS TO EDIT: who a request is from. As it comes, whoever has the access
 * token may come in, or everybody where there is none, and people are told apart
 * by their address.
 *
 * For accounts of your own, read the session cookie or the header that your
 * sign-in sets, and return the account's id:
 *
 * ```ts
 * const identify: Identify = async (request) => {
 *   const user = await userOf(request.headers.get("cookie"));
 *   return user && { id: user.id };
 * };
 * ```
 */
const identify: Identify = (_request, { address, token }) =>
  token === "missing" ? undefined : { id: address };

export default identify;

/** Somebody who may come in. */
export interface Identity {
  /**
   * Limits count by it, and it stands in the log's lines of what this client
   * does, as it is: return a hash where the log is not to name people.
   */
  id: string;
}

/** What Parley has found out about a request by itself. */
export interface Visitor {
  /** The client's address, or its network of 64 bits where that is IPv6. */
  address: string;
  /** Whether the request shows `ACCESS_TOKEN`; `none` where none is set. */
  token: "shown" | "missing" | "none";
}

/**
 * Says who a request is from; undefined for strangers, who are sent to the
 * sign-in page or refused with 401. It is asked for each page, each call of the
 * API and each WebSocket, but not for styles and scripts.
 */
export type Identify = (
  request: Request,
  visitor: Visitor,
) => Identity | undefined | Promise<Identity | undefined>;
