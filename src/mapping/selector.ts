// Does the selector's jq query let an object pass? Only a boolean is an answer.
import type { Cell } from "./jq.ts"
import { firstLine, shortJson } from "./mapping-text.ts"

export type Selected = { state: "passed" } | { state: "rejected" } | { state: "failed"; reason: string }

export function judgeSelector(cell: Cell, query: string): Selected {
  if (cell.kind === "value" && typeof cell.value === "boolean") {
    return { state: cell.value ? "passed" : "rejected" }
  }
  return { state: "failed", reason: `selector.query (${query}) ${whatInstead(cell)}` }
}

function whatInstead(cell: Cell): string {
  if (cell.kind === "error") return `failed: ${firstLine(cell.message)}`
  if (cell.kind === "none") return "gave no output, where true or false is needed"
  return `gave ${shortJson(cell.value)}, where true or false is needed`
}
