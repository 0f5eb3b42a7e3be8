import type { Page } from "./chromium.ts";

/** What a page has opened and not given back, by kind; a kind without any is left out. */
export type OpenResources = Record<string, number>;

/** Everything that a page has ever opened of a kind, and what of it the browser still keeps. */
export interface Counts {
  made: Record<string, number>;
  /** How many are still in memory, closed ones too. */
  kept: Record<string, number>;
}

/** What the script in the page offers to the test. */
interface InPage {
  testResources?: { open(): OpenResources; counts(): Counts };
}

/**
 * Notes what the page opens from here on: peer connections, tracks, audio contexts,
 * WebSockets, recorders, intervals. They are held weakly, so that the test keeps
 * none alive. To be called before the page is opened.
 */
export async function watchResources(page: Page): Promise<void> {
  await page.addInitScript(install);
}

/** What is open at this moment. */
export async function openResources(page: Page): Promise<OpenResources> {
  return await page.evaluate(() =>
    (globalThis as InPage).testResources!.open()
  );
}

/** Waits until the page has given everything back. */
export async function waitForNothingOpen(page: Page): Promise<void> {
  try {
    await page.waitForFunction(() =>
      Object.keys((globalThis as InPage).testResources!.open()).length === 0
    );
  } catch (error) {
    const left = JSON.stringify(await openResources(page));
    throw new Error(`The page never gave this back: ${left}`, { cause: error });
  }
}

/** What has been opened so far, and what of it is still in memory. */
export async function resourceCounts(page: Page): Promise<Counts> {
  return await page.evaluate(() =>
    (globalThis as InPage).testResources!.counts()
  );
}

/** How much a page holds in memory, after its garbage has been collected. */
export interface Memory {
  /** Bytes of the JavaScript heap. */
  heap: number;
  nodes: number;
  listeners: number;
}

/** Chromium itself keeps a microphone's track for some 5 s after its end. */
const GIVE_UP_MS = 20_000;

/**
 * Collects a page's garbage until the browser keeps no more of what has been opened
 * than `most` says of each kind, else nothing; then measures what is in memory.
 *
 * @throws with what is kept, after 20 s.
 */
export async function memoryOf(
  page: Page,
  most: Record<string, number>,
): Promise<Memory> {
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  const startedAt = performance.now();
  while (true) {
    await client.send("HeapProfiler.collectGarbage");
    const { kept } = await resourceCounts(page);
    const tooMany = Object.entries(kept).filter(([kind, count]) =>
      count > (most[kind] ?? 0)
    );
    if (tooMany.length === 0) break;
    if (performance.now() - startedAt > GIVE_UP_MS) {
      throw new Error(
        `The browser still keeps ${
          JSON.stringify(Object.fromEntries(tooMany))
        }`,
      );
    }
  }
  // What one collection sets free may hold what only the next one finds, and the
  // heap has now and then a page of 64 KB more for a while: the least counts.
  let heap = Infinity;
  for (let looks = 0; looks < 5; looks++) {
    await client.send("HeapProfiler.collectGarbage");
    const { usedSize } = await client.send("Runtime.getHeapUsage");
    heap = Math.min(heap, usedSize);
  }
  const { metrics } = await client.send("Performance.getMetrics");
  await client.detach();
  const metric = (name: string) =>
    metrics.find((metric) => metric.name === name)?.value ?? NaN;
  return {
    heap,
    nodes: metric("Nodes"),
    listeners: metric("JSEventListeners"),
  };
}

/** Runs in the page, before its own scripts. */
function install(): void {
  const made: Record<string, WeakRef<object>[]> = {};
  const isOpen: Record<string, (it: never) => boolean> = {};
  const intervals = new Set<unknown>();

  /** Notes each instance of a class of the browser's. */
  function watch<Class extends new (...args: never[]) => object>(
    kind: string,
    Real: Class,
    open: (it: InstanceType<Class>) => boolean,
    onMade: (it: InstanceType<Class>) => void = () => {},
  ): Class {
    isOpen[kind] = open;
    return new Proxy(Real, {
      construct(target, args, newTarget) {
        const it = Reflect.construct(target, args, newTarget);
        note(kind, it);
        onMade(it);
        return it;
      },
    });
  }

  function note(kind: string, it: object): void {
    (made[kind] ??= []).push(new WeakRef(it));
  }

  function noteTracks(kind: "microphone" | "track", stream: MediaStream): void {
    for (const track of stream.getTracks()) note(kind, track);
  }

  isOpen.microphone = isOpen.track = ({ readyState }: MediaStreamTrack) =>
    readyState === "live";
  globalThis.RTCPeerConnection = watch(
    "peer connection",
    RTCPeerConnection,
    ({ signalingState }) => signalingState !== "closed",
    (it) => it.addEventListener("track", ({ track }) => note("track", track)),
  );
  globalThis.AudioContext = watch(
    "audio context",
    AudioContext,
    ({ state }) => state !== "closed",
  );
  globalThis.WebSocket = watch(
    "WebSocket",
    WebSocket,
    ({ readyState }) => readyState !== WebSocket.CLOSED,
  );
  globalThis.MediaRecorder = watch(
    "recorder",
    MediaRecorder,
    ({ state }) => state !== "inactive",
  );
  globalThis.MediaStreamAudioDestinationNode = watch(
    "audio stream",
    MediaStreamAudioDestinationNode,
    () => false,
    ({ stream }) => noteTracks("track", stream),
  );
  const { createMediaStreamDestination } = AudioContext.prototype;
  AudioContext.prototype.createMediaStreamDestination = function () {
    const node = createMediaStreamDestination.call(this);
    noteTracks("track", node.stream);
    return node;
  };
  // Only secure pages have devices; about:blank has none.
  const devices = navigator.mediaDevices;
  const getUserMedia = devices?.getUserMedia.bind(devices);
  if (devices) {
    devices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia(constraints);
      noteTracks("microphone", stream);
      return stream;
    };
  }

  const { setInterval, clearInterval } = globalThis;
  globalThis.setInterval = ((...args: Parameters<typeof setInterval>) => {
    const timer = setInterval(...args);
    intervals.add(timer);
    return timer;
  }) as typeof setInterval;
  globalThis.clearInterval = (timer) => {
    intervals.delete(timer);
    clearInterval(timer);
  };

  const kept = (kind: string) =>
    (made[kind] ?? []).flatMap((it) => it.deref() ?? []);
  const counted = (count: (kind: string) => number) =>
    Object.fromEntries(
      Object.keys(made).map((kind) => [kind, count(kind)]),
    );
  (globalThis as InPage).testResources = {
    open: () => {
      const open = counted((kind) =>
        kept(kind).filter((it) => isOpen[kind]!(it as never)).length
      );
      open.interval = intervals.size;
      return Object.fromEntries(
        Object.entries(open).filter(([, count]) => count > 0),
      );
    },
    counts: () => ({
      made: counted((kind) => made[kind]!.length),
      kept: counted((kind) => kept(kind).length),
    }),
  };
}
