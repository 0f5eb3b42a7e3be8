/** Gives the person a file. */
export function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by the time that other work is done.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** `parley-weather-2026-03-01-1405.txt`, by the time of the person's clock. */
export function fileName(agent: string, extension: string, at: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())];
  return `parley-${agent}-${day.join("-")}-${two(at.getHours())}${
    two(at.getMinutes())
  }.${extension}`;
}
