// Entities as CSV (RFC 4180), with a guard for spreadsheets.
import { type Entity, relatedOf } from "../api/entities.ts"
import { type Column, cellOf } from "./columns.ts"

/** A heading, then a row an entity; the identifier always is a column. */
export function toCsv(entities: readonly Entity[], columns: readonly Column[]): string {
  const shown = columns.filter(({ id }) => id !== "$identifier")
  const rows = [
    ["Identifier", ...shown.map(({ title }) => title)],
    ...entities.map((entity) => [entity.identifier, ...shown.map((column) => textOf(entity, column))]),
  ]
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("")
}

function textOf(entity: Entity, column: Column): string {
  if (column.kind === "relation") {
    return relatedOf(entity.relations[column.id])
      .map(({ identifier }) => identifier)
      .join(";")
  }
  const value = cellOf(entity, column)
  if (value === null || value === undefined) return ""
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.join(";")
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe: titles come from strangers' errors. */
function quoted(text: string): string {
  const safe = /^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text
  return /[",\r\n;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
