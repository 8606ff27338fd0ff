// What was sent to Port as a table that a person can read and compare: call, who signs it, answer, what the body says.
import { isJsonObject, type JsonValue } from "../../src/common/json.ts"
import type { SentToPort } from "./port-proxy.ts"

export function callTable(calls: readonly SentToPort[]): string {
  const rows = calls.map((call) => [
    call.method,
    `${call.path}${call.query.size > 0 ? `?${call.query}` : ""}`,
    // Writes of blueprints and entities are signed otherwise than the rest: it is how Port knows whose they are.
    call.userAgent.endsWith("/exporter") ? "exporter" : "client",
    String(call.status ?? "none"),
    call.body === undefined ? "" : bodyText(call.body),
  ])
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd()
  return `${rows.map(line).join("\n")}\n`
}

/** Members by name: scalars as they are, the rest by its size or its keys. What differs from run to run has a name. */
function bodyText(body: JsonValue): string {
  if (!isJsonObject(body)) return shortText(body)
  return Object.entries(body)
    .map(
      ([key, value]) =>
        `${key}=${secrets.has(key) ? "…" : key === "version" ? "<version>" : shortText(value)}`,
    )
    .join(" ")
}

const secrets = new Set(["clientId", "clientSecret"])

function shortText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.length}]`
  if (isJsonObject(value)) return `{${Object.entries(value).map(memberText).join(", ")}}`
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return "<time>"
  return String(value)
}

function memberText([key, value]: [string, JsonValue]): string {
  return Array.isArray(value) ? `${key}[${value.length}]` : key
}
