/** Options of `listen`. */
export interface ListenOptions {
  /** Port; without one the first free of 8000 to 8019. */
  port?: number;
  /** Address to listen on; default `0.0.0.0`. */
  hostname?: string;
  /** Stops the server. */
  signal?: AbortSignal;
  /** Called once the server listens. */
  onListen?: (address: Deno.NetAddr) => void;
}

/** Answers requests. */
export type Handler = (
  req: Request,
  info?: Deno.ServeHandlerInfo,
) => Promise<Response>;

const FIRST_PORT = 8000;
const LAST_PORT = 8019;

function announce({ hostname, port }: Deno.NetAddr): void {
  const host = hostname === "0.0.0.0" || hostname === "::"
    ? "localhost"
    : hostname;
  console.log(`Listening on http://${host}:${port}/`);
}

/** Serves until the signal ends it. */
export async function listen(
  handler: Handler,
  options: ListenOptions = {},
): Promise<void> {
  const { port, onListen = announce, ...rest } = options;
  const serve = (port: number) =>
    Deno.serve({ ...rest, port, onListen }, handler);
  if (port !== undefined) return await serve(port).finished;
  for (let candidate = FIRST_PORT;; candidate++) {
    try {
      return await serve(candidate).finished;
    } catch (error) {
      const taken = error instanceof Deno.errors.AddrInUse;
      if (!taken || candidate === LAST_PORT) throw error;
    }
  }
}
