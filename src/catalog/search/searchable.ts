// Which queries can be answered: those over what is stored, and over mirrors of it.
import { invalidRequest, type Refusal } from "../api-error.ts"
import { type BlueprintDefinition, calculatedNames } from "../rules/blueprint-definition.ts"
import { mirrorPath } from "../rules/mirror-path.ts"
import type { Query } from "./query.ts"

export interface Searched {
  /** What is called the query in messages. */
  root: string
  /** The blueprints whose entities are searched. */
  blueprints: readonly BlueprintDefinition[]
  /** All there are: mirrors lead elsewhere. */
  all: readonly BlueprintDefinition[]
}

/**
 * Refuses a query over a property that is only ever calculated in these blueprints (calculations, aggregations, and
 * mirrors of such): taking it for null would be a wrong answer.
 */
export function checkSearchable(query: Query, searched: Searched): Refusal | undefined {
  for (const rule of query.rules) {
    const refusal =
      "combinator" in rule
        ? checkSearchable(rule, searched)
        : "subject" in rule && rule.subject.by === "property"
          ? checkProperty(rule.subject.property, searched)
          : undefined
    if (refusal) return refusal
  }
  return undefined
}

function checkProperty(name: string, { root, blueprints, all }: Searched): Refusal | undefined {
  const stored = blueprints.some((blueprint) => Object.hasOwn(blueprint.schema.properties, name))
  const isCalculated = (blueprint: BlueprintDefinition) =>
    calculatedNames(blueprint).includes(name) && !mirrorPath(blueprint, name, all)
  if (stored || !blueprints.some(isCalculated)) return undefined
  return invalidRequest(
    `"${root}" must NOT search by "${name}": calculated properties cannot be searched here`,
  )
}
