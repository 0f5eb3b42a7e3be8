import type { Identify } from "../../lib/identity.ts";

// #region identify
/** Asks the accounts service whose cookie this is. */
const identify: Identify = async (request) => {
  const cookie = request.headers.get("cookie");
  if (cookie === null) return undefined;
  const accounts = Deno.env.get("ACCOUNTS_URL") ?? "http://127.0.0.1:9001/me";
  const response = await fetch(accounts, { headers: { cookie } });
  if (!response.ok) {
    await response.body?.cancel();
    return undefined;
  }
  const { account } = await response.json();
  return { id: account };
};

export default identify;
// #endregion
