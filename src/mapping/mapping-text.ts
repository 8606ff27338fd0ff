// Values and messages cut to what a person reads in one line.
import type { JsonValue } from "../common/json.ts"

export function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? ""
}

export function shortJson(value: JsonValue): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
