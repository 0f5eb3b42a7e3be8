/** Asks an agent something over `/session`, and resolves with what it answers. */
export function ask(
  url: string,
  agent: string,
  question: string,
): Promise<string> {
  const socket = new WebSocket(url, "parley.v1");
  const send = (frame: unknown) => socket.send(JSON.stringify(frame));
  let asked = false;
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error(`${url} can't be reached`));
    socket.onclose = ({ reason }) => reject(new Error(reason || "It closed"));
    socket.onopen = () => send({ type: "start", agent, transport: "socket" });
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      switch (frame.type) {
        case "ready":
          // The greeting comes after this.
          return send({ type: "connected" });
        case "tool":
          return console.log(`${frame.name} is ${frame.status}`);
        case "approval":
          // Nobody is here to be asked.
          return send({
            type: "approval",
            callId: frame.callId,
            approve: false,
          });
        case "error":
          return reject(new Error(`${frame.code}: ${frame.message}`));
        case "event": {
          const { type, transcript } = frame.event;
          if (type !== "response.output_audio_transcript.done") return;
          if (!asked) {
            asked = true;
            return send({ type: "text", text: question });
          }
          resolve(transcript);
          return send({ type: "stop" });
        }
      }
    };
  });
}
