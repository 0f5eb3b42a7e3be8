/** More than any form here needs. */
const MAX_BYTES = 8 * 1024;

/** The fields of a form that was sent; undefined where it is far too long. */
export async function readForm(
  request: Request,
): Promise<URLSearchParams | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return new URLSearchParams(text + decoder.decode());
}
