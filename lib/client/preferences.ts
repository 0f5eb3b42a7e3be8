import { batch, effect, type Signal, signal } from "@preact/signals";

/** Where the browser keeps them (https://html.spec.whatwg.org/#the-localstorage-attribute). */
const KEY = "parley.preferences";

/** What a person has chosen, kept in their browser. */
export class Preferences {
  /** A device's id; empty for the system's own choice. */
  readonly microphone = signal("");
  /** A device's id; empty for the system's own choice. */
  readonly speaker = signal("");
  /** 0 to 1. */
  readonly volume = signal(1);
  readonly pushToTalk = signal(false);
  /** Whether speaking cuts the agent short. */
  readonly bargeIn = signal(true);
  /** Whether the developers' panel is open. */
  readonly developer = signal(false);

  /** Takes what was chosen before, and keeps what is chosen from now on; returns the end of that. */
  keep(): () => void {
    const kept = read();
    const choices = Object.entries({ ...this }) as [string, Signal<unknown>][];
    batch(() => {
      for (const [name, choice] of choices) {
        if (typeof kept[name] === typeof choice.peek()) {
          choice.value = kept[name];
        }
      }
      this.volume.value = Math.min(1, Math.max(0, this.volume.value));
    });
    return effect(() =>
      write(
        Object.fromEntries(choices.map(([name, { value }]) => [name, value])),
      )
    );
  }
}

function read(): Record<string, unknown> {
  try {
    return Object(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    // No storage here, or something else wrote into it.
    return {};
  }
}

function write(choices: Record<string, unknown>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choices));
  } catch {
    // Then they last as long as the page.
  }
}
