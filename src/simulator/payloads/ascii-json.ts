// JSON as Sentry's server writes it: compact, and pure ASCII.
import type { JsonValue } from "../../common/json.ts"

/** Whatever is not printable ASCII becomes `\uXXXX`, as Python writes it. */
export function asciiJson(value: JsonValue): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
}
