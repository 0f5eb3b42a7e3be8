/**
 * The PCM16 sound in an event's base64, as in `response.output_audio.delta`.
 * The wire is little-endian, and so is everything that runs a browser.
 *
 * @throws {SyntaxError | DOMException} where it is no base64.
 */
export function pcmFromBase64(base64: string): Int16Array<ArrayBuffer> {
  // Browsers from before autumn 2025 may lack `fromBase64`.
  const bytes = Uint8Array.fromBase64?.(base64) ??
    Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return new Int16Array(bytes.buffer, 0, bytes.length >> 1);
}
