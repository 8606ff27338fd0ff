// PUT and PATCH of one entity, which may give it another identifier.
import { notFound, type Result, refuse, refused } from "../api-error.ts"
import { parseEntityBody } from "../rules/entity-body.ts"
import { badIdentifier, type WriteMode } from "../rules/entity-values.ts"
import type { EntityRecord } from "../store/entities.ts"
import { wantedTargets } from "./link-targets.ts"
import { type UpsertDeps, writeEntity } from "./upsert-entities.ts"

export interface EntityChange {
  body: unknown
  mode: WriteMode
  createMissing: boolean
}

export async function changeEntity(
  deps: UpsertDeps,
  identifier: string,
  change: EntityChange,
): Promise<Result<EntityRecord>> {
  const { definition } = deps.blueprint
  const parsed = parseEntityBody(change.body)
  if (!parsed.ok) return parsed
  const body = parsed.value
  if (typeof body.identifier === "object") return refused(badIdentifier("must be string"))
  const name = body.identifier ?? identifier
  await deps.set.load(definition.identifier, [...new Set([identifier, name])])
  await deps.set.loadTargets(wantedTargets(definition, [body]))
  const stored = deps.set.get(definition.identifier, identifier)
  if (!stored) return refused(notFound("entity", identifier))
  if (name !== identifier) {
    if (deps.set.get(definition.identifier, name)) {
      return refused(
        refuse(
          409,
          "identifier_taken",
          `"${name}" already exists in the blueprint "${definition.identifier}"`,
        ),
      )
    }
    await deps.set.rename(stored, name)
  }
  const { mode, createMissing } = change
  const current = deps.set.get(definition.identifier, name)
  return await writeEntity(deps, body, { identifier: name, stored: current, mode, createMissing })
}
