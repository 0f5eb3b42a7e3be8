/** A way to a server that the test can cut and mend. */
export interface TcpProxy extends AsyncDisposable {
  /** Where it listens, without a slash at the end. */
  url: string;
  /** Breaks all connections, and takes no more. */
  cut(): void;
  /** Leads to this server from now on. */
  leadTo(url: string): void;
}

/** Listens on a free port and passes everything on to the server at `url`. */
export function startTcpProxy(url: string): TcpProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let target: string | undefined = url;
  const served = serve();

  async function serve(): Promise<void> {
    for await (const client of listener) {
      if (target === undefined) client.close();
      else void connect(client, new URL(target));
    }
  }

  async function connect(client: Deno.Conn, { port }: URL): Promise<void> {
    open.add(client);
    try {
      const server = await Deno.connect({
        hostname: "127.0.0.1",
        port: Number(port),
      });
      open.add(server);
      await Promise.allSettled([pass(client, server), pass(server, client)]);
      close(server);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    } finally {
      close(client);
    }
  }

  async function pass(from: Deno.Conn, to: Deno.Conn): Promise<void> {
    try {
      await from.readable.pipeTo(to.writable);
    } finally {
      close(from);
      close(to);
    }
  }

  function close(connection: Deno.Conn): void {
    if (!open.delete(connection)) return;
    try {
      connection.close();
    } catch {
      // The pipe has closed it.
    }
  }

  const cut = () => {
    target = undefined;
    for (const connection of [...open]) close(connection);
  };
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    cut,
    leadTo: (url) => target = url,
    async [Symbol.asyncDispose]() {
      cut();
      listener.close();
      await served;
    },
  };
}
