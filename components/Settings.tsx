import { type Signal, useSignal } from "@preact/signals";
import type { Conversation } from "../lib/client/conversation.ts";
import { useMessages } from "../lib/language/context.ts";
import { LevelMeter } from "./LevelMeter.tsx";

/** Devices and manners: kept in the browser for the next time. */
export function Settings({ conversation }: { conversation: Conversation }) {
  const { settings, control } = useMessages();
  const { preferences, devices, microphone, testing, busy, desk } =
    conversation;
  const { pushToTalk, bargeIn, volume } = preferences;
  const open = useSignal(false);
  return (
    <div
      id="settings"
      popover="auto"
      role="dialog"
      aria-label={control.settings}
      tabIndex={-1}
      autofocus
      class="settings"
      onToggle={({ newState }) => {
        open.value = newState === "open";
        if (!open.value) void conversation.testMicrophone(false);
      }}
    >
      <DeviceChoice
        label={settings.microphone}
        devices={devices.microphones.value}
        chosen={preferences.microphone.value}
        onChoose={(id) => void conversation.chooseMicrophone(id)}
      />
      <div class="level">
        {/* It works each frame, and nobody sees it where this is closed. */}
        {open.value && microphone.stream.value !== undefined && (
          <LevelMeter level={() => desk.microphoneMeter?.level ?? 0} />
        )}
        {!busy.value && (
          <button
            type="button"
            onClick={() => conversation.testMicrophone(!testing.value)}
          >
            {testing.value ? settings.endTest : settings.test}
          </button>
        )}
      </div>
      {devices.canChooseSpeaker && devices.speakers.value.length > 0 && (
        <DeviceChoice
          label={settings.speaker}
          devices={devices.speakers.value}
          chosen={preferences.speaker.value}
          onChoose={(id) => preferences.speaker.value = id}
        />
      )}
      <label class="choice">
        {settings.volume}
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={volume.value}
          onInput={({ currentTarget }) =>
            volume.value = currentTarget.valueAsNumber}
        />
      </label>
      <Switch
        label={settings.pushToTalk}
        hint={settings.pushToTalkHint}
        choice={pushToTalk}
      />
      <Switch
        label={settings.bargeIn}
        hint={settings.bargeInHint}
        choice={bargeIn}
      />
      <button type="button" popovertarget="settings">{settings.close}</button>
    </div>
  );
}

function DeviceChoice({ label, devices, chosen, onChoose }: {
  label: string;
  devices: readonly { id: string; label: string }[];
  chosen: string;
  onChoose: (id: string) => void;
}) {
  const { settings } = useMessages();
  // One that was chosen before may be away; then the system's is used.
  const known = devices.some(({ id }) => id === chosen);
  return (
    <label class="choice">
      {label}
      <select
        value={known ? chosen : ""}
        onChange={({ currentTarget }) => onChoose(currentTarget.value)}
      >
        <option value="">{settings.system}</option>
        {devices.map(({ id, label }) => (
          <option key={id} value={id}>{label}</option>
        ))}
      </select>
    </label>
  );
}

function Switch(
  { label, hint, choice }: {
    label: string;
    hint: string;
    choice: Signal<boolean>;
  },
) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={choice.value}
        onChange={({ currentTarget }) => choice.value = currentTarget.checked}
      />
      <span>
        {label}
        <small>{hint}</small>
      </span>
    </label>
  );
}
