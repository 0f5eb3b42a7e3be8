import { Buffer } from "node:buffer";
import { parseMessage, type RTCIceTransport } from "werift";

type Address = readonly [host: string, port: number];

/** One of the sockets on which a call can be reached. */
interface Protocol {
  onRequestReceived: {
    execute: (message: unknown, from: Address, packet: Buffer) => void;
  };
}

/** What werift's types for ICE keep to themselves. */
interface IceConnection {
  readonly localPassword: string;
  ensureProtocol(protocol: Protocol): void;
}

/**
 * Has a call heed ICE's requests only where they are signed with its password
 * (RFC 8445, section 7.3): werift answers anybody's, calls them back, and changes
 * its role for them. Others get no answer, as who sent them is not known. Call it
 * before there are any candidates.
 */
export function guardRequests(
  { iceTransport }: { iceTransport: Pick<RTCIceTransport, "connection"> },
): void {
  const connection = iceTransport.connection as unknown as IceConnection;
  const ensureProtocol = connection.ensureProtocol.bind(connection);
  connection.ensureProtocol = (protocol) => {
    ensureProtocol(protocol);
    const { onRequestReceived } = protocol;
    const deliver = onRequestReceived.execute;
    onRequestReceived.execute = (message, from, packet) => {
      const password = Buffer.from(connection.localPassword);
      if (parseMessage(packet, password) !== undefined) {
        deliver(message, from, packet);
      }
    };
  };
}
