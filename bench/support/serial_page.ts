import type { Page } from "../../tests/browser/support/chromium.ts";

/** A page that knows nothing of Parley but AG2's wire. */
export interface SerialSite extends AsyncDisposable {
  /** Without a slash at the end. */
  url: string;
}

// The empty icon keeps Chromium from asking for one.
const PAGE = `<!doctype html>
<html lang="en">
<title>One after the other</title>
<link rel="icon" href="data:,">
<button>Start conversation</button>
</html>`;

/** Serves the page on loopback, as an origin of its own. */
export function serveSerialPage(): SerialSite {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(PAGE, { headers: { "content-type": "text/html" } }),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Where the page's script gets its call from. */
interface Addresses {
  /** Parley's `/session`, with `ws:`. */
  session: string;
  /** Where the model takes offers. */
  calls: string;
}

/**
 * Has the page's button start a conversation in the blog post's steps, each once
 * the one before it is done. To be called once the page is there.
 */
export async function startSerially(
  page: Page,
  addresses: Addresses,
): Promise<void> {
  await page.evaluate(install, addresses);
}

/** Runs in the page. */
function install({ session, calls }: Addresses): void {
  document.querySelector("button")!.addEventListener("click", () => {
    const socket = new WebSocket(session);
    let channel: RTCDataChannel | undefined;
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "ag2.init") void call(message);
      else channel?.send(data);
    });

    async function call(
      { config, init }: {
        config: { client_secret: { value: string } };
        init: unknown[];
      },
    ): Promise<void> {
      const audio = new Audio();
      audio.autoplay = true;
      const microphone = await navigator.mediaDevices.getUserMedia({
        audio: true,
      });
      const connection = new RTCPeerConnection();
      connection.addEventListener("track", ({ streams }) => {
        audio.srcObject = streams[0]!;
      });
      connection.addTrack(microphone.getTracks()[0]!, microphone);
      channel = connection.createDataChannel("oai-events");
      channel.addEventListener("open", () => {
        for (const event of init) channel!.send(JSON.stringify(event));
      });
      channel.addEventListener("message", ({ data }) => {
        if (JSON.parse(data).type.includes("function")) socket.send(data);
      });
      const offer = await connection.createOffer();
      await connection.setLocalDescription(offer);
      const response = await fetch(calls, {
        method: "POST",
        body: offer.sdp,
        headers: {
          "authorization": `Bearer ${config.client_secret.value}`,
          "content-type": "application/sdp",
        },
      });
      await connection.setRemoteDescription({
        type: "answer",
        sdp: await response.text(),
      });
    }
  });
}
