import { delay } from "../lib/clock.ts";
import { decodeWav } from "../lib/local/audio/wav.ts";
import {
  launchChromium,
  type Page,
} from "../tests/browser/support/chromium.ts";
import {
  type FakeMicrophone,
  fakeMicrophone,
} from "../tests/browser/support/microphone.ts";
import {
  startAndBeGreeted,
  waitForState,
} from "../tests/browser/support/page.ts";
import {
  levelsSince,
  recordRemoteAudio,
  waitForSilence,
  waitForSound,
} from "../tests/browser/support/recorder.ts";
import { SILENCE } from "../tests/browser/support/sound.ts";
import { personWav } from "../tests/local/audio/person.ts";
import { startParley } from "../tests/support/app.ts";
import type { Row } from "./rows.ts";
import { startPeer } from "./support/peer_process.ts";
import { markOf, markVoice } from "./support/voice_marks.ts";

/** What is asked: with an answer that the agent knows, and with one of a tool. */
const QUESTIONS = [
  { way: "answered at once", text: "Who are you?" },
  { way: "answered with a tool", text: "What is the weather like in Rome?" },
] as const;

/** What speaks over the agent. */
const INTERRUPTION = "What is the weather like in Paris?";

/** After an interruption the agent's voice is listened to for this long, in ms. */
const AFTERMATH_MS = 600;

/** The sound of a voice in a WAV file, in ms from its beginning. */
const VOICED = 300;

/** A conversation in a page that is measured. */
interface Talk {
  page: Page;
  microphone: FakeMicrophone;
}

/**
 * A person talks with the weather bot in Chromium, on the embedded peer: how long
 * the agent takes to answer, and to fall silent.
 *
 * @param times How often each is measured.
 */
export async function measureVoice(times = 20): Promise<Row[]> {
  await using peer = await startPeer();
  await using app = await startParley({
    env: {
      WEATHER_GEOCODING_URL: `${peer.origin}/weather/search`,
      WEATHER_FORECAST_URL: `${peer.origin}/weather/forecast`,
    },
  });
  await using browser = await launchChromium({ motion: true });
  const page = await browser.newPage();
  const microphone = await fakeMicrophone(page);
  await recordRemoteAudio(page);
  await markVoice(page);
  await page.goto(`${app.url}/start-chat`);
  await startAndBeGreeted(page);
  const talk = { page, microphone };
  const rows = QUESTIONS.map(() => newAnswerSamples());
  for (let time = 0; time < times; time++) {
    for (const [at, { text }] of QUESTIONS.entries()) {
      const { detected, answered, audible } = await ask(talk, text);
      rows[at]!.whole.push(audible);
      rows[at]!.detection.push(detected);
      rows[at]!.begun.push(answered - detected);
      rows[at]!.rest.push(audible - detected);
    }
  }
  const cuts = { silenced: [] as number[], stream: [] as number[] };
  for (let time = 0; time < times; time++) {
    const { silenced, stream } = await interrupt(talk);
    cuts.silenced.push(silenced);
    cuts.stream.push(stream);
  }
  return [
    ...QUESTIONS.flatMap(({ way }, at) => answerRows(way, rows[at]!)),
    {
      bench: "barge-in",
      what: "first voiced sample to silence in the page",
      unit: "ms",
      samples: cuts.silenced,
      limit: { of: "p95", most: 100 },
    },
    {
      bench: "barge-in",
      what: "first voiced sample to silence in what the model's side sends",
      unit: "ms",
      samples: cuts.stream,
    },
  ];
}

interface AnswerSamples {
  whole: number[];
  detection: number[];
  begun: number[];
  rest: number[];
}

function newAnswerSamples(): AnswerSamples {
  return { whole: [], detection: [], begun: [], rest: [] };
}

function answerRows(way: string, samples: AnswerSamples): Row[] {
  const row = (what: string, samples: number[], most?: number): Row => ({
    bench: "voice to voice",
    what,
    way,
    unit: "ms",
    samples,
    limit: most === undefined ? undefined : { of: "median", most },
  });
  return [
    row("last voiced sample to the answer's first audible one", samples.whole),
    row("of that: until speech_stopped is in the page", samples.detection),
    row(
      "speech_stopped to output_audio_buffer.started, both in the page",
      samples.begun,
    ),
    row("speech_stopped to the first audible sample", samples.rest, 200),
  ];
}

/** When something happened after the question's last voiced sample, in ms. */
async function ask(
  { page, microphone }: Talk,
  text: string,
): Promise<{ detected: number; answered: number; audible: number }> {
  const wav = await personWav(text, { leadMs: 0, tailMs: 0 });
  const end = await microphone.say(wav) + voiceIn(wav).to;
  const stoppedAt = await markOf(
    page,
    "input_audio_buffer.speech_stopped",
    end - 300,
  );
  const answeredAt = await markOf(
    page,
    "output_audio_buffer.started",
    stoppedAt,
  );
  await waitForSound(page);
  const first = (await levelsSince(page, stoppedAt))
    .find(({ rms }) => rms >= SILENCE)!;
  await waitForState(page, "Listening");
  await waitForSilence(page, 500);
  return {
    detected: stoppedAt - end,
    answered: answeredAt - end,
    audible: first.at - end,
  };
}

/** When the agent was silent after somebody spoke over it, in ms. */
async function interrupt(
  { page, microphone }: Talk,
): Promise<{ silenced: number; stream: number }> {
  await microphone.say(
    await personWav(QUESTIONS[1].text, { leadMs: 0, tailMs: 0 }),
  );
  await waitForState(page, "Speaking");
  await waitForSound(page);
  const wav = await personWav(INTERRUPTION, { leadMs: 0, tailMs: 0 });
  const begin = await microphone.say(wav) + voiceIn(wav).from;
  const silencedAt = await markOf(page, "silenced", begin - 5);
  await delay(AFTERMATH_MS);
  // What is heard after that may be the next answer.
  const heardOut = await markOf(
    page,
    "input_audio_buffer.speech_stopped",
    begin,
  );
  const last = (await levelsSince(page, begin))
    .findLast(({ rms, at }) => rms >= SILENCE && at < heardOut);
  await waitForState(page, "Speaking");
  await waitForState(page, "Listening");
  await waitForSilence(page, 500);
  return {
    silenced: silencedAt - begin,
    stream: (last?.at ?? begin) - begin,
  };
}

/** Where the voice in a WAV file begins and ends, in ms. */
function voiceIn(wav: Uint8Array<ArrayBuffer>): { from: number; to: number } {
  const { samples, sampleRate } = decodeWav(wav);
  const isVoiced = (sample: number) => Math.abs(sample) >= VOICED;
  return {
    from: samples.findIndex(isVoiced) / sampleRate * 1_000,
    to: samples.findLastIndex(isVoiced) / sampleRate * 1_000,
  };
}
