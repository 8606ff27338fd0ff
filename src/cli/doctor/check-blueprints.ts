// Pure: the mapping against the blueprints it writes into. Said is only what is sure without running any jq.
import { describeProblem } from "../../common/errors.ts"
import { nearest } from "../../common/nearest.ts"
import type { AppConfig, MappingValue, ParsedAppConfig, Resource } from "../../port/app-config.ts"
import type { Blueprint } from "../../port/blueprint.ts"
import { constantText } from "../../port/constant-text.ts"
import { isSystemBlueprint } from "../../port/entity.ts"
import { mayWriteInto } from "../../resync/blueprint-use.ts"
import { type Finding, fine, found } from "./finding.ts"
import { sureType } from "./sure-type.ts"

export interface BlueprintCheckInput {
  parsed: ParsedAppConfig
  /** Of each blueprint that the mapping names; undefined where Port has none of that name. */
  blueprints: ReadonlyMap<string, Blueprint | undefined>
  /** Kinds that there are. */
  kinds: readonly string[]
  /** Names of all blueprints, for "did you mean". */
  names: readonly string[]
}

export function checkBlueprints(input: BlueprintCheckInput): Finding[] {
  const { parsed } = input
  const broken = parsed.broken.flatMap(({ kind, problems }) =>
    problems.map((problem) =>
      found(
        "blocked",
        `${problem.where}: ${problem.what}.`,
        problem.hint,
        kind !== undefined && input.kinds.includes(kind) ? [kind] : [],
      ),
    ),
  )
  const findings = [
    ...parsed.problems.map((problem) =>
      found("blocked", `The mapping cannot run: ${describeProblem(problem)}.`),
    ),
    ...broken,
    ...[...parsed.unknownKeys, ...parsed.warnings].map((problem) =>
      found("note", `${problem.where}: ${problem.what}.`, problem.hint),
    ),
    ...parsed.config.resources.flatMap((resource) => checkResource(resource, input)),
  ]
  if (parsed.problems.length === 0 && parsed.config.resources.length + parsed.broken.length === 0)
    findings.push(found("note", "The mapping has no resources: nothing is read."))
  const isSound = findings.every(({ level }) => level === "note")
  return isSound && parsed.config.resources.length > 0
    ? [fine(`The mapping fits its blueprints (${parsed.config.resources.length} resources).`), ...findings]
    : findings
}

function checkResource(resource: Resource, input: BlueprintCheckInput): Finding[] {
  const where = `resources[${resource.index}] (${resource.kind})`
  const blocked = (what: string, fix?: string) => found("blocked", `${where}: ${what}`, fix, [resource.kind])
  const name = constantText(resource.mapping.blueprint)
  if (name === undefined) return [] // computed: only a run knows which
  const blueprint = input.blueprints.get(name)
  if (!blueprint) {
    const close = nearest(name, input.names)
    const fix = close ? `did you mean "${close}"?` : "create it, or name another in the mapping"
    return [blocked(`there is no blueprint "${name}".`, fix)]
  }
  return [
    ...propertyFindings(resource, blueprint, blocked),
    ...relationFindings(resource, blueprint, blocked),
    ...(isSystemBlueprint(name) ? [] : requiredFindings(resource, input.parsed.config, blueprint, blocked)),
  ]
}

type Blocked = (what: string, fix?: string) => Finding

function propertyFindings({ mapping }: Resource, blueprint: Blueprint, blocked: Blocked): Finding[] {
  const { properties } = blueprint.schema
  return Object.entries(mapping.properties).flatMap(([name, value]) => {
    const property = properties[name]
    if (!property)
      return [
        blocked(
          `"${blueprint.identifier}" has no property "${name}".`,
          missing("property", name, properties),
        ),
      ]
    const type = sureType(value)
    if (type === undefined || property.type === undefined || type === property.type) return []
    const what = `the property "${name}" of "${blueprint.identifier}" is of type ${property.type}, and ${text(value)} always gives ${withArticle(type)}.`
    return [blocked(what, "change the expression, or the property's type")]
  })
}

function relationFindings({ mapping }: Resource, blueprint: Blueprint, blocked: Blocked): Finding[] {
  return Object.entries(mapping.relations).flatMap(([name, value]) => {
    const relation = blueprint.relations[name]
    if (!relation)
      return [
        blocked(
          `"${blueprint.identifier}" has no relation "${name}".`,
          missing("relation", name, blueprint.relations),
        ),
      ]
    if (relation.many || typeof value !== "string" || sureType(value) !== "array") return []
    const what = `the relation "${name}" of "${blueprint.identifier}" takes a single entity, and ${text(value)} always gives a list.`
    return [blocked(what, 'give one identifier, or set "many": true on the relation')]
  })
}

/** Where entities are merged, another resource may have made the entity with what this one lacks. */
function requiredFindings(
  resource: Resource,
  config: AppConfig,
  blueprint: Blueprint,
  blocked: Blocked,
): Finding[] {
  const fillers = config.enableMergeEntity
    ? config.resources.filter((one) => mayWriteInto(one, blueprint.identifier))
    : [resource]
  const properties = blueprint.schema.required.filter((name) => {
    const hasDefault = (blueprint.schema.properties[name]?.default ?? null) !== null
    return !hasDefault && !fillers.some(({ mapping }) => name in mapping.properties)
  })
  const relations = Object.entries(blueprint.relations).flatMap(([name, { required }]) =>
    required && !fillers.some(({ mapping }) => name in mapping.relations) ? [name] : [],
  )
  return [
    ...properties.map((name) =>
      blocked(required("property", name, blueprint), "map it, or make it optional"),
    ),
    ...relations.map((name) => blocked(required("relation", name, blueprint), "map it, or make it optional")),
  ]
}

function required(what: string, name: string, { identifier }: Blueprint): string {
  return `"${identifier}" requires the ${what} "${name}", which the mapping does not fill.`
}

function missing(what: string, name: string, known: Readonly<Record<string, unknown>>): string {
  const close = nearest(name, Object.keys(known))
  return close
    ? `did you mean "${close}"?`
    : `add the ${what} to the blueprint, or take it out of the mapping`
}

function text(value: MappingValue): string {
  return typeof value === "string" ? `\`${value.trim()}\`` : "its object"
}

function withArticle(type: string): string {
  return type === "array" ? "a list" : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}
