// The query of a table as it stands in the address: what was typed into the search box, and the rules of the filters.
import type { SearchQuery, SearchRule } from "../api/entities.ts"

/** Entities whose title or identifier holds the text. */
export function textQuery(text: string): SearchQuery {
  return {
    combinator: "or",
    rules: [
      { property: "$title", operator: "contains", value: text },
      { property: "$identifier", operator: "contains", value: text },
    ],
  }
}

export interface Filters {
  text: string
  combinator: "and" | "or"
  /** Rules over one property or relation each. */
  rules: readonly SearchRule[]
}

export const noFilters: Filters = { text: "", combinator: "and", rules: [] }

/** What is sent to the catalog; undefined where nothing is asked. */
export function queryOf({ text, combinator, rules }: Filters): SearchQuery | undefined {
  const searched = text.trim() === "" ? [] : [textQuery(text.trim())]
  const filtered = combinator === "or" && rules.length > 0 ? [{ combinator, rules: [...rules] }] : rules
  const all = [...searched, ...filtered]
  return all.length === 0 ? undefined : { combinator: "and", rules: all }
}

/** The rules as they stand in an address; anything that is none is left out. */
export function readRules(text: string | null): Pick<Filters, "combinator" | "rules"> {
  const none = { combinator: "and", rules: [] } as const
  if (!text) return none
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return none
  }
  if (typeof value !== "object" || value === null || !("rules" in value) || !Array.isArray(value.rules))
    return none
  const combinator = "combinator" in value && value.combinator === "or" ? "or" : "and"
  return { combinator, rules: value.rules.filter(isRule) }
}

export function writeRules({ combinator, rules }: Pick<Filters, "combinator" | "rules">): string {
  return rules.length === 0 ? "" : JSON.stringify({ combinator, rules })
}

function isRule(value: unknown): value is SearchRule {
  if (typeof value !== "object" || value === null || !("operator" in value)) return false
  const named = ("property" in value && value.property) || ("relation" in value && value.relation)
  return typeof value.operator === "string" && typeof named === "string"
}
