// Where a mirror property leads, where it leads to something stored.
import type { BlueprintDefinition } from "./blueprint-definition.ts"
import { inheritancePath } from "./ownership.ts"

export interface MirrorPath {
  relations: string[]
  /** A property or a meta-property of the blueprint at the end. */
  name: string
  target: BlueprintDefinition
  /** Whether a relation on the way has many targets: the value is a list then. */
  many: boolean
}

/** Undefined where there is no such mirror, or its end is calculated itself. */
export function mirrorPath(
  definition: BlueprintDefinition,
  mirror: string,
  blueprints: readonly BlueprintDefinition[],
): MirrorPath | undefined {
  if (!Object.hasOwn(definition.mirrorProperties, mirror)) return undefined
  const path = resolve(definition, String(definition.mirrorProperties[mirror]?.path), blueprints)
  const isStored =
    path?.name.startsWith("$") || Object.hasOwn(path?.target.schema.properties ?? {}, path?.name ?? "")
  return isStored ? path : undefined
}

/** Where the teams of a blueprint's entities are, if they are inherited. */
export function teamPath(
  definition: BlueprintDefinition,
  blueprints: readonly BlueprintDefinition[],
): MirrorPath | undefined {
  const path = inheritancePath(definition)
  const resolved = path === undefined ? undefined : resolve(definition, `${path}.$team`, blueprints)
  return resolved && { ...resolved, many: false } // teams are a list anyway, over however many targets
}

function resolve(
  start: BlueprintDefinition,
  path: string,
  blueprints: readonly BlueprintDefinition[],
): MirrorPath | undefined {
  const relations = path.split(".")
  const name = relations.pop() ?? ""
  let target = start
  let many = false
  for (const step of relations) {
    const relation = target.relations[step]
    const next = blueprints.find((one) => one.identifier === relation?.target)
    if (!relation || !next) return undefined
    target = next
    many ||= relation.many
  }
  return { relations, name, target, many }
}
