// Which of Port's operators make sense for a column, in words, and what each takes as its value.
import type { SearchRule } from "../api/entities.ts"
import type { Column } from "../entities/columns.ts"

export type ValueKind = "none" | "text" | "number" | "choice" | "choices" | "yes-no" | "period"

export interface Operator {
  operator: string
  text: string
  takes: ValueKind
}

const emptiness: readonly Operator[] = [
  { operator: "isEmpty", text: "is empty", takes: "none" },
  { operator: "isNotEmpty", text: "is not empty", takes: "none" },
]
const texts: readonly Operator[] = [
  { operator: "contains", text: "contains", takes: "text" },
  { operator: "doesNotContains", text: "does not contain", takes: "text" },
  { operator: "=", text: "is", takes: "text" },
  { operator: "!=", text: "is not", takes: "text" },
  { operator: "beginsWith", text: "begins with", takes: "text" },
  { operator: "endsWith", text: "ends with", takes: "text" },
  ...emptiness,
]
const numbers: readonly Operator[] = [
  { operator: "=", text: "=", takes: "number" },
  { operator: "!=", text: "≠", takes: "number" },
  { operator: ">", text: ">", takes: "number" },
  { operator: ">=", text: "≥", takes: "number" },
  { operator: "<", text: "<", takes: "number" },
  { operator: "<=", text: "≤", takes: "number" },
  ...emptiness,
]
const choices: readonly Operator[] = [
  { operator: "in", text: "is one of", takes: "choices" },
  { operator: "notIn", text: "is none of", takes: "choices" },
  ...emptiness,
]
const yesNo: readonly Operator[] = [{ operator: "=", text: "is", takes: "yes-no" }, ...emptiness]
const times: readonly Operator[] = [
  { operator: "between", text: "is within", takes: "period" },
  { operator: "notBetween", text: "is not within", takes: "period" },
  ...emptiness,
]
const lists: readonly Operator[] = [
  { operator: "contains", text: "contains", takes: "text" },
  { operator: "doesNotContains", text: "does not contain", takes: "text" },
  ...emptiness,
]
const relations: readonly Operator[] = [
  { operator: "=", text: "is", takes: "text" },
  { operator: "!=", text: "is not", takes: "text" },
  { operator: "contains", text: "contains", takes: "text" },
  ...emptiness,
]

/** The periods that Port has a word for, from now back. */
export const periods: readonly { value: string; label: string }[] = [
  { value: "today", label: "today" },
  { value: "lastDay", label: "the last day" },
  { value: "lastWeek", label: "the last week" },
  { value: "last2Weeks", label: "the last 2 weeks" },
  { value: "lastMonth", label: "the last month" },
  { value: "last3Months", label: "the last 3 months" },
  { value: "last6Months", label: "the last 6 months" },
]

/** The first is what a new filter begins with; none means that the catalog cannot be asked about this column. */
export function operatorsFor({ id, kind, property }: Column): readonly Operator[] {
  if (kind === "calculated") return []
  if (kind === "relation") return relations
  if (id === "$team") return lists
  if (property?.enum) return choices
  if (property?.format === "date-time") return times
  if (property?.type === "number") return numbers
  if (property?.type === "boolean") return yesNo
  if (property?.type === "array") return lists
  return property?.type === "object" ? emptiness : texts
}

/** What a filter says: "Status is one of unresolved, ignored". */
export function ruleText(rule: SearchRule, columns: readonly Column[]): string {
  const id = rule.property ?? rule.relation
  const column = columns.find((one) => one.id === id)
  const operator = column && operatorsFor(column).find((one) => one.operator === rule.operator)
  return [column?.title ?? id, operator?.text ?? rule.operator, valueText(rule.value)]
    .filter((part) => part !== "")
    .join(" ")
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return ""
  if (value === true) return "yes"
  if (value === false) return "no"
  if (Array.isArray(value)) return value.join(", ")
  if (typeof value === "object") {
    const preset = "preset" in value ? value.preset : undefined
    return periods.find((period) => period.value === preset)?.label ?? JSON.stringify(value)
  }
  return String(value)
}
