import type { Messages } from "./messages.ts";

/** The page in German. */
export const GERMAN: Messages = {
  site: {
    home: "Startseite",
    past: "Frühere Gespräche",
    docs: "Doku",
  },
  home: {
    question: "Mit wem möchten Sie sprechen?",
    server: "Der Server",
    answers: "Wer antwortet",
    handshake: "Verbindungsaufbau",
    handshakeServer: "durch den Server",
    handshakeEphemeral: "durch den Browser",
    conversations: "Laufende Gespräche",
    uptime: "Läuft seit",
    version: "Version",
    faults: "Fehler in Agenten und Werkzeugen",
    none: "Kein Agent konnte geladen werden. Die Fehler unten sagen, warum.",
  },
  error: {
    notFound: "Nicht gefunden",
    notFoundHere: "Diese Seite gibt es hier nicht.",
    wrong: "Etwas ist schiefgegangen",
    seeLog: "Mehr steht im Protokoll des Servers.",
    toStart: "Zur Startseite",
  },
  signIn: {
    title: "Anmelden",
    why:
      "Dieser Server ist nicht für alle da. Sein Betreiber hat ein Zugangswort gesetzt.",
    token: "Zugangswort",
    enter: "Anmelden",
    missing: "Geben Sie das Zugangswort ein.",
    wrong: "Das ist nicht das Zugangswort.",
    tooMany:
      "Von hier kamen zu viele falsche Zugangswörter. Versuchen Sie es in {seconds} Sekunden noch einmal.",
    known: "Sie sind angemeldet.",
    unneeded:
      "Dieser Server hat kein Zugangswort, mit dem man sich anmelden könnte.",
    goOn: "Weiter",
    leave: "Abmelden",
  },
  state: {
    idle: "Bereit",
    connecting: "Verbindet",
    listening: "Hört zu",
    thinking: "Denkt nach",
    speaking: "Spricht",
    reconnecting: "Verbindet neu",
    ended: "Beendet",
    failed: "Fehlgeschlagen",
  },
  stage: {
    label: "Gleich geht es los",
    microphone: "Mikrofon",
    server: "Server",
    call: "Anruf",
    channel: "Ton in beide Richtungen",
    done: "fertig",
    missing: "keines, Sie können tippen",
    waiting: "wartet",
  },
  control: {
    start: "Gespräch beginnen",
    end: "Gespräch beenden",
    mute: "Mikrofon stumm",
    unmute: "Mikrofon an",
    interrupt: "Unterbrechen",
    hold: "Zum Sprechen halten",
    holdHint:
      "Halten Sie diesen Knopf oder die Leertaste, während Sie sprechen",
    record: "Aufnehmen",
    stopRecording: "Aufnahme beenden",
    recording: "Aufnahme läuft",
    settings: "Einstellungen",
    developer: "Entwickleransicht",
    with: "mit {name}",
    agents: "Agenten",
    suggestions: "Sie könnten sagen",
    say: "„{words}“ sagen",
    needsScript: "Zum Sprechen braucht diese Seite JavaScript.",
  },
  settings: {
    close: "Schließen",
    microphone: "Mikrofon",
    speaker: "Lautsprecher",
    system: "Wie im System eingestellt",
    level: "Mikrofonpegel",
    test: "Mikrofon testen",
    endTest: "Test beenden",
    volume: "Lautstärke",
    pushToTalk: "Sprechtaste",
    pushToTalkHint:
      "Sie werden nur gehört, während Sie den Knopf oder die Leertaste halten.",
    bargeIn: "Durch Sprechen unterbrechen",
    bargeInHint: "Ausgeschaltet spricht der Agent zu Ende.",
  },
  message: {
    label: "Nachricht",
    placeholder: "Tippen statt sprechen",
    send: "Nachricht senden",
  },
  transcript: {
    label: "Mitschrift",
    empty: "Was gesagt wird, erscheint hier.",
    you: "Sie",
    interrupted: "unterbrochen",
    unheard: "nicht gehört",
    unintelligible: "(nicht verstanden)",
    forming: "…",
    handoff: "{from} hat an {to} übergeben",
    guardrail: "Angehalten durch „{name}“: {reason}",
    arguments: "Argumente",
    result: "Ergebnis",
    approve: "Erlauben",
    refuse: "Ablehnen",
    approveTool: "{name} erlauben?",
    mayRun: "Darf {name} mit diesen Argumenten laufen?",
    latest: "Zum Neuesten",
    tools: "Die Mitschrift als Datei",
    copy: "Kopieren",
    copied: "Kopiert",
    copyFailed: "Kopieren ging nicht",
    text: "Text",
    json: "JSON",
    said: "{name}: {text}",
    approvalWanted: "{name} wartet auf Ihre Erlaubnis",
  },
  tool: {
    running: "läuft",
    awaiting_approval: "wartet auf Erlaubnis",
    completed: "fertig",
    failed: "fehlgeschlagen",
    timed_out: "Zeit überschritten",
    refused: "abgelehnt",
    cancelled: "abgebrochen",
    unknown: "Ausgang unbekannt",
  },
  problem: {
    microphone_blocked:
      "Das Mikrofon ist gesperrt. {how} Bis dahin können Sie tippen.",
    allow_chrome:
      "Erlauben Sie es für diese Seite (das Zeichen neben der Adresse) und beginnen Sie neu.",
    allow_firefox:
      "Heben Sie die Sperre in der Adresszeile auf (das durchgestrichene Mikrofon) und beginnen Sie neu.",
    allow_safari:
      "Erlauben Sie es im Menü von Safari unter „Einstellungen für diese Website“ und beginnen Sie neu.",
    allow_ios:
      "Erlauben Sie es im Seitenmenü neben der Adresse (Website-Einstellungen, Mikrofon) und beginnen Sie neu.",
    microphone_blocked_by_system:
      "Das System lässt diesen Browser nicht an das Mikrofon. Erlauben Sie es in den Datenschutzeinstellungen des Systems und beginnen Sie neu. Bis dahin können Sie tippen.",
    microphone_missing:
      "Es wurde kein Mikrofon gefunden. Schließen Sie eines an und wählen Sie es in den Einstellungen, oder tippen Sie unten.",
    microphone_in_use:
      "Ein anderes Programm benutzt das Mikrofon. Schließen Sie es und beginnen Sie neu, oder tippen Sie unten.",
    microphone_unplugged:
      "Das Mikrofon ist weg. Schließen Sie es an und wählen Sie es in den Einstellungen, oder tippen Sie unten.",
    microphone_failed:
      "Das Mikrofon ließ sich nicht öffnen. Sie können unten tippen.",
    insecure_page:
      "Browser geben ein Mikrofon nur an sichere Seiten: Öffnen Sie diese Seite über https oder auf localhost. Sie können unten tippen.",
    playback_blocked:
      "Der Browser möchte einen Fingertipp, bevor der Agent zu hören ist.",
    unblock: "Ton abspielen",
    recording_failed: "Dieser Browser kann das Gespräch nicht aufnehmen.",
    server_gone:
      "Die Verbindung zum Server ist verloren. Prüfen Sie, ob er läuft, und beginnen Sie neu.",
    server_unreachable:
      "Der Server ist nicht zu erreichen. Prüfen Sie, ob er läuft, und beginnen Sie neu.",
    resume_failed:
      "Der Server kennt dieses Gespräch nicht mehr: Er wurde neu gestartet, oder Sie waren zu lange fort. Beginnen Sie neu.",
    reconnecting:
      "Die Verbindung zum Server ist verloren. Nächster Versuch in {seconds} s.",
    reconnectingNow:
      "Die Verbindung zum Server ist verloren. Neuer Versuch läuft.",
    call_lost:
      "Der Anruf ist verloren. Prüfen Sie das Netz und beginnen Sie neu.",
    call_not_connected:
      "Der Anruf kam nicht zustande: Für den Ton fand sich kein Weg. Vielleicht sperrt ihn eine Firewall.",
    session_limit_near:
      "Dieses Gespräch erreicht in {seconds} Sekunden seine Höchstdauer.",
    call_renewed: "Der Anruf wurde neu aufgebaut. Das Gespräch geht weiter.",
    server_stopping:
      "Der Server wird neu gestartet. Das Gespräch geht gleich weiter.",
    ended_time_limit:
      "Das Gespräch hat seine Höchstdauer erreicht. Beginnen Sie ein neues, um weiterzusprechen.",
    ended_token_limit:
      "Das Gespräch hat alle Tokens verbraucht, die es verbrauchen darf. Beginnen Sie ein neues, um weiterzusprechen.",
    ended_bad_frames:
      "Der Server konnte nicht lesen, was diese Seite sendet. Laden Sie die Seite neu.",
    ended_too_slow:
      "Diese Seite kam mit dem, was der Server sendet, nicht nach. Prüfen Sie das Netz und beginnen Sie neu.",
    ended_call_lost: "Der Anruf beim Modell ist zu Ende. Beginnen Sie neu.",
    ended_tampered:
      "Das Gespräch wurde beendet: Jemand anderes hatte es verändert.",
    ended_server_stopping:
      "Der Server wird angehalten. Beginnen Sie gleich noch einmal.",
    ended_stopped: "Das Gespräch wurde auf dem Server beendet.",
    unexpected: "Etwas Unerwartetes ist schiefgegangen: {detail}",
    unknown_agent: "Diesen Agenten gibt es nicht (mehr).",
    too_many_sessions:
      "Alle Plätze für Gespräche sind belegt. Versuchen Sie es gleich noch einmal.",
    too_many_starts:
      "Von hier wurden zu viele Gespräche begonnen. Versuchen Sie es gleich noch einmal.",
    too_many_per_client:
      "Von hier laufen schon so viele Gespräche, wie es sein dürfen. Beenden Sie eines und beginnen Sie neu.",
    too_many_frames:
      "Diese Seite sendet schneller, als der Server liest. Laden Sie die Seite neu.",
    key_rejected:
      "Der Anbieter des Modells hat den Schlüssel abgelehnt. Prüfen Sie die Einstellung auf dem Server.",
    not_allowed:
      "Der Anbieter erlaubt diesem Schlüssel die Realtime-API nicht. Prüfen Sie Projekt und Rechte des Schlüssels.",
    model_not_found:
      "Der Anbieter hat dieses Modell nicht für diesen Schlüssel. Prüfen Sie die Einstellung auf dem Server.",
    quota_exceeded:
      "Das Guthaben beim Anbieter ist aufgebraucht. Prüfen Sie Tarif und Abrechnung.",
    rate_limited:
      "Der Anbieter begrenzt die Anfragen. Warten Sie kurz und beginnen Sie neu.",
    provider_down:
      "Der Anbieter des Modells hat gerade Schwierigkeiten. Versuchen Sie es später noch einmal.",
    provider_unreachable:
      "Der Anbieter des Modells ist nicht zu erreichen. Prüfen Sie das Netz und beginnen Sie neu.",
    request_refused: "Der Anbieter hat die Anfrage abgelehnt: {detail}",
    answer_unusable: "Die Antwort des Anbieters ist unbrauchbar: {detail}",
    call_not_found:
      "Der Anbieter kennt diesen Anruf nicht mehr. Beginnen Sie neu.",
  },
  developer: {
    connect: "Verbindung",
    total: "{ms} ms insgesamt",
    latency: "Von Stimme zu Stimme",
    latencyHint:
      "Vom Ende Ihres Satzes, wie das Modell es bemerkt, bis zum ersten Ton des Agenten.",
    latencyTurn: "Runde {turn}: {ms} ms",
    median: "Median {ms} ms",
    noTurns: "Noch keine gesprochene Runde",
    tools: "Werkzeuge",
    noTools: "Noch kein Werkzeug benutzt",
    network: "Netz",
    roundTrip: "Umlaufzeit",
    jitter: "Schwankung",
    loss: "Verlust",
    rate: "Ein / aus",
    noNetwork: "Bekannt, solange ein Anruf steht",
    usage: "Tokens",
    input: "Ein",
    cached: "davon zwischengespeichert",
    output: "Aus",
    cost: "Kosten",
    noCost: "kein Preis bekannt",
    events: "Ereignisse",
    filter: "Ereignisse filtern",
    pause: "Anhalten",
    goOn: "Weiter",
    noEvents: "Keine Ereignisse",
    in: "empfangen",
    out: "gesendet",
    times: "{count} mal",
  },
  past: {
    none: "Es gibt noch keine Gespräche.",
    begin: "Ein Gespräch beginnen",
    nothingSaid: "Es wurde nichts gesagt",
    noPreview: "Von Ihnen ist nichts festgehalten",
    turn: "1 Beitrag",
    turns: "{count} Beiträge",
    goesOn: "dauert an",
    noEnd: "Ende nicht festgehalten",
    pages: "Seiten",
    newest: "Neueste",
    older: "Ältere",
    exportAll: "Alle exportieren",
    with: "Gespräch mit {agent}",
    unknown: "Es gibt kein Gespräch „{id}“. Vielleicht wurde es gelöscht.",
    began: "Begonnen",
    lasted: "Dauer",
    ended: "Beendet",
    ended_stopped: "durch die Person",
    ended_time_limit: "an seiner Höchstdauer",
    ended_token_limit: "alle seine Tokens waren verbraucht",
    ended_bad_frames: "die Seite sandte Unlesbares",
    ended_too_slow: "die Seite kam nicht nach",
    ended_call_lost: "der Anruf beim Modell ging verloren",
    ended_tampered: "jemand anderes hatte es verändert",
    ended_server_stopping: "der Server wurde angehalten",
    ended_page_gone: "die Seite wurde geschlossen oder kam nicht zurück",
    ended_server_lost: "der Server fiel mittendrin aus",
    answered: "Wer geantwortet hat",
    local: "Die eingebaute Gegenstelle",
    said: "Was gesagt wurde",
    usage: "Verbrauch",
    inputTokens: "Tokens hinein",
    cachedTokens: "davon zwischengespeichert",
    outputTokens: "Tokens heraus",
    cost: "Kosten",
    noCost: "Preis unbekannt",
    asJson: "Dieses Gespräch als JSON",
    delete: "Dieses Gespräch löschen",
    deleteHint: "Es lässt sich nicht zurückholen.",
    deleteNow: "Endgültig löschen",
  },
};
