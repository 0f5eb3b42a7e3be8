import { parseJson } from "../../parse_json.ts";

/**
 * Puts a function's output into words that can be spoken. Plain text is spoken
 * as it is; JSON is read out field by field.
 */
export function sentenceFrom(output: string): string {
  let value: unknown;
  try {
    value = parseJson(output);
  } catch {
    value = output;
  }
  const spoken = readOut(value).trim();
  if (spoken === "") return "That is done.";
  return /[.!?]$/.test(spoken) ? spoken : `${spoken}.`;
}

function readOut(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) {
    return value.map(readOut).filter((part) => part !== "").join(", ");
  }
  if (typeof value !== "object") return String(value);
  const fields = Object.entries(value);
  const error = fields.find(([name]) => name === "error")?.[1];
  if (error !== undefined) return `That did not work: ${readOut(error)}`;
  return fields.map(([name, field]) => {
    const words = name.replaceAll(/([a-z])([A-Z])/g, "$1 $2")
      .replaceAll("_", " ").toLowerCase();
    return `${words}: ${readOut(field)}`;
  }).join(", ");
}
