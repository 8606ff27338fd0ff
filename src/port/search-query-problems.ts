// Constants in a mapping's search queries that Port would refuse for every entity.
import { isJsonObject, type JsonValue } from "../common/json.ts"
import { nearest } from "../common/nearest.ts"
import type { ValuePath } from "../common/schema.ts"
import { constantText } from "./constant-text.ts"
import { searchQueriesIn } from "./search-queries-in.ts"

interface QueryProblem {
  path: ValuePath
  what: string
  hint?: string
}

/** What Port takes where a query stands for a relation or a team; for an identifier only the first two. */
const relationOperators = ["=", "in", "contains", "containsAny"]
const identifierOperators = ["=", "in"]

/** What Port's search knows elsewhere. A newer Port may take these here too, so they are doubtful and not wrong. */
const searchOperators = [
  ...["!=", ">", ">=", "<", "<=", "isEmpty", "isNotEmpty", "doesNotContains", "beginsWith", "endsWith"],
  ...["doesNotBeginsWith", "doesNotEndsWith", "notIn", "between", "notBetween", "isExpired", "isNotExpired"],
  ...["matchAny", "relatedTo"],
]

const combinators = ["and", "or"]

interface Found {
  errors: QueryProblem[]
  warnings: QueryProblem[]
}

/** Of a resource as it was written. Only constants can be judged: what an expression gives is known when it runs. */
export function searchQueryProblems(resource: unknown, path: ValuePath): Found {
  const found: Found = { errors: [], warnings: [] }
  for (const query of searchQueriesIn(resource, path)) {
    judge(query.value, query.path, query.isIdentifier ? identifierOperators : relationOperators, found)
  }
  return found
}

function judge(value: JsonValue, path: ValuePath, allowed: readonly string[], found: Found): void {
  if (!isJsonObject(value)) return
  const combinator = constantText(value.combinator)
  if (combinator !== undefined && !combinators.includes(combinator)) {
    found.errors.push(unknown(combinator, "combinator", [...path, "combinator"], combinators))
  }
  const operator = constantText(value.operator)
  if (operator !== undefined && !allowed.includes(operator)) {
    const at: ValuePath = [...path, "operator"]
    if (![...relationOperators, ...searchOperators].includes(operator)) {
      found.errors.push(unknown(operator, "operator", at, allowed))
    } else {
      found.warnings.push({
        path: at,
        what: `Port may refuse the operator "${operator}" here`,
        hint: `it documents ${allowed.join(", ")}`,
      })
    }
  }
  if (!Array.isArray(value.rules)) return
  value.rules.forEach((rule, at) => {
    judge(rule, [...path, "rules", at], allowed, found)
  })
}

function unknown(word: string, what: string, path: ValuePath, known: readonly string[]): QueryProblem {
  const close = nearest(word, known)
  return {
    path,
    what: `unknown ${what} "${word}"`,
    // Two letters away from "or" is every short word; only a longer one says what was meant.
    hint: close && word.length > 3 ? `did you mean "${close}"?` : `Port knows ${known.join(", ")}`,
  }
}
