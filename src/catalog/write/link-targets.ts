// The entities that a body's relations and team point at: found, searched, or to be created bare.
import { isSystemBlueprint } from "../../port/entity.ts"
import { invalidRequest, notFound, ok, type Refusal, type Result, refuse, refused } from "../api-error.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import { type EntityBody, identifierProblem, type RelationValue } from "../rules/entity-body.ts"
import type { Query } from "../search/query.ts"
import { type Target, type Targets, teamRelation } from "../store/relations.ts"
import type { UpsertDeps } from "./upsert-entities.ts"

const teamBlueprint = "_team"
/** A search for the targets of a many relation takes no more; Port's bound. */
const maxFound = 100

interface EntityName {
  blueprint: string
  identifier: string
}

export interface ResolvedLinks {
  /** One entry per relation of the body, empty where it was cleared. */
  targets: Targets
  /** Targets that do not exist and are to be created. */
  missing: EntityName[]
}

/** What is pointed at by name, by blueprint: to be read in one go. */
export function wantedTargets(
  definition: BlueprintDefinition,
  bodies: readonly EntityBody[],
): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>()
  const want = (blueprint: string, identifiers: readonly string[]) => {
    const names = wanted.get(blueprint) ?? new Set()
    wanted.set(blueprint, names)
    for (const identifier of identifiers) names.add(identifier)
  }
  for (const body of bodies) {
    for (const [name, value] of body.relations) {
      const relation = Object.hasOwn(definition.relations, name) ? definition.relations[name] : undefined
      if (relation) want(relation.target, namedIn(value))
    }
    if (Array.isArray(body.team)) want(teamBlueprint, body.team)
  }
  return wanted
}

function namedIn(value: RelationValue): string[] {
  if (typeof value === "string") return [value]
  return Array.isArray(value) ? value : []
}

/** `self` may be pointed at although it is not stored yet. */
export async function resolveTargets(
  deps: UpsertDeps,
  body: EntityBody,
  options: { self: EntityName & Target; createMissing: boolean },
): Promise<Result<ResolvedLinks>> {
  const resolved: ResolvedLinks = { targets: new Map(), missing: [] }
  for (const [name, value] of body.relations) {
    const relation = deps.blueprint.definition.relations[name]
    if (!relation) continue
    const refusal = await resolveOne(deps, resolved, {
      ...options,
      name,
      value,
      blueprint: relation.target,
      many: relation.many,
    })
    if (refusal) return refused(refusal)
  }
  if (body.team !== undefined) {
    const team = { name: teamRelation, value: body.team, blueprint: teamBlueprint, many: true }
    const refusal = await resolveOne(deps, resolved, { ...options, ...team, createMissing: false })
    if (refusal) return refused(refusal)
  }
  return ok(resolved)
}

interface Link {
  name: string
  value: RelationValue
  /** Where its targets are. */
  blueprint: string
  many: boolean
  self: EntityName & Target
  createMissing: boolean
}

async function resolveOne(deps: UpsertDeps, into: ResolvedLinks, link: Link): Promise<Refusal | undefined> {
  if (isQuery(link.value)) {
    const found = await deps.set.find(link.blueprint, link.value, link.many ? maxFound : 2)
    if (!found.ok) return found.refusal
    if (!link.many && found.value.length > 1) {
      return refuse(
        422,
        "relation_many_violation",
        `the search for relation "${link.name}" found more than one target`,
      )
    }
    into.targets.set(link.name, found.value)
    return undefined
  }
  const targets: Target[] = []
  into.targets.set(link.name, targets)
  for (const identifier of namedIn(link.value)) {
    const target = findTarget(deps, link, identifier)
    const refusal = target ? undefined : noteMissing(into, link, identifier)
    if (refusal) return refusal
    targets.push(target ?? { identifier, title: identifier })
  }
  return undefined
}

function findTarget(deps: UpsertDeps, link: Link, identifier: string): Target | undefined {
  const itself = link.self.blueprint === link.blueprint && link.self.identifier === identifier
  return itself ? link.self : deps.set.target(link.blueprint, identifier)
}

function noteMissing(into: ResolvedLinks, link: Link, identifier: string): Refusal | undefined {
  // Port never creates into blueprints of its own.
  if (!link.createMissing || isSystemBlueprint(link.blueprint)) {
    return notFound(
      link.name === teamRelation ? "team" : `the target of relation "${link.name}",`,
      identifier,
    )
  }
  const problem = identifierProblem(identifier)
  if (problem !== undefined) return invalidRequest(`"relations.${link.name}" ${problem}`)
  into.missing.push({ blueprint: link.blueprint, identifier })
  return undefined
}

function isQuery(value: RelationValue): value is Query {
  return typeof value === "object" && value !== null && "combinator" in value
}
