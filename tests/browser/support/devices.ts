import type { Page } from "./chromium.ts";

/** A machine whose microphones the test plugs in and out; each is a tone. */
export interface FakeDevices {
  /** Plugs these in, by name, and takes all others away. */
  plug(...names: string[]): Promise<void>;
  /** Waits until these microphones are open, and no other. */
  waitForOpen(...names: string[]): Promise<void>;
  /** Waits until the call sends the sound of this one. */
  waitForSent(name: string): Promise<void>;
}

/** What the script in the page offers to the test. */
interface InPage {
  testDevices?: {
    plug(names: string[]): void;
    open(): string[];
    sent(): string | undefined;
  };
}

/**
 * Gives the page a machine with these microphones, and two speakers. To be called
 * before the page is opened.
 */
export async function fakeDevices(
  page: Page,
  ...names: string[]
): Promise<FakeDevices> {
  await page.addInitScript(install, names);
  return {
    plug: (...names) =>
      page.evaluate(
        (names) => (globalThis as InPage).testDevices!.plug(names),
        names,
      ),
    async waitForOpen(...names) {
      await page.waitForFunction(
        (names) =>
          (globalThis as InPage).testDevices!.open().join() === names.join(),
        names,
      );
    },
    async waitForSent(name) {
      await page.waitForFunction(
        (name) => (globalThis as InPage).testDevices!.sent() === name,
        name,
      );
    },
  };
}

/** Runs in the page, before its own scripts. */
function install(first: string[]): void {
  const devices = navigator.mediaDevices;
  // Only secure origins have devices; about:blank has none.
  if (!devices) return;
  let names = first;
  let allowed = false;
  let context: AudioContext | undefined;
  const open = new Map<MediaStreamTrack, string>();
  let call: RTCPeerConnection | undefined;
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      call = this;
    }
  };

  devices.enumerateDevices = () =>
    Promise.resolve([
      ...names.map((name) => describe("audioinput", name)),
      ...["Loudspeaker", "Headphones"].map((name) =>
        describe("audiooutput", name)
      ),
    ]);

  function describe(kind: MediaDeviceKind, name: string): MediaDeviceInfo {
    // Before the person has allowed a microphone, browsers keep names to themselves.
    const known = allowed ? name : "";
    return {
      kind,
      deviceId: known,
      label: known,
      groupId: "",
      toJSON: () => ({}),
    };
  }

  devices.getUserMedia = (constraints) => {
    const { deviceId } = Object(constraints?.audio);
    const wanted = deviceId?.ideal;
    const name = names.includes(wanted) ? wanted : names[0];
    if (name === undefined) {
      return Promise.reject(new DOMException("None", "NotFoundError"));
    }
    allowed = true;
    context ??= new AudioContext();
    const destination = context.createMediaStreamDestination();
    const tone = new OscillatorNode(context, { frequency: 440 });
    tone.connect(destination);
    tone.start();
    const { stream } = destination;
    for (const track of stream.getTracks()) open.set(track, name);
    return Promise.resolve(stream);
  };

  (globalThis as InPage).testDevices = {
    plug(next) {
      names = next;
      for (const [track, name] of open) {
        if (names.includes(name) || track.readyState === "ended") continue;
        track.stop();
        // A track that the page itself stops says nothing; one whose device goes does.
        track.dispatchEvent(new Event("ended"));
      }
      devices.dispatchEvent(new Event("devicechange"));
    },
    open: () =>
      [...open].filter(([track]) => track.readyState === "live").map((
        [, name],
      ) => name),
    sent: () => open.get(call?.getSenders()[0]?.track as MediaStreamTrack),
  };
}
