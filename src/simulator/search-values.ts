// Comparisons with times and numbers in a search.
import { badRequest } from "./answers.ts"

export type Comparison = (value: number) => boolean

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `-24h` (within), `+24h` (longer ago), `>=2026-11-20T00:00:00`, `2026-11-20` (that day). Milliseconds. */
export function dateTest(text: string, key: string, now: number): Comparison {
  const relative = /^([+-])(\d+)([smhdw])$/.exec(text)
  if (relative) {
    const edge = now - Number(relative[2]) * (unitMs[relative[3] ?? ""] ?? 0)
    return relative[1] === "-" ? (value) => value >= edge : (value) => value <= edge
  }
  const [, operator = "", operand = ""] = /^(>=|<=|>|<|=)?(.*)$/s.exec(text) ?? []
  const moment = parseTime(operand)
  if (moment === undefined) throw badRequest(`Error parsing search query: ${key}: Invalid date: ${operand}`)
  if (operator) return compare(operator, moment)
  const span = operand.includes("T") ? 60_000 : 86_400_000
  return (value) => value >= moment && value < moment + span
}

/** `5`, `>10`, `<=3`. */
export function numberTest(text: string, key: string): Comparison {
  const [, operator = "=", operand = ""] = /^(>=|<=|>|<|=)?(.*)$/s.exec(text) ?? []
  if (!/^-?\d+(\.\d+)?$/.test(operand)) {
    throw badRequest(`Error parsing search query: ${key}: Invalid number: ${operand}`)
  }
  return compare(operator, Number(operand))
}

/** ISO time in milliseconds; one without a zone is UTC. */
export function parseTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text)) return undefined
  const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes("T") ? text : `${text}Z`
  const moment = Date.parse(zoned)
  return Number.isNaN(moment) ? undefined : moment
}

/** `90d`, `24h`, or seconds without a unit; in milliseconds. */
export function parsePeriod(text: string): number | undefined {
  const [, amount, unit = "s"] = /^(\d+)([smhdw])?$/.exec(text) ?? []
  return amount === undefined ? undefined : Number(amount) * (unitMs[unit] ?? 0)
}

function compare(operator: string, operand: number): Comparison {
  if (operator === ">=") return (value) => value >= operand
  if (operator === "<=") return (value) => value <= operand
  if (operator === ">") return (value) => value > operand
  if (operator === "<") return (value) => value < operand
  return (value) => value === operand
}
