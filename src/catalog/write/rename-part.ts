// A property, mirror or relation of a blueprint renamed: the blueprint, those that name it, and the entities' values.
import { isJsonObject } from "../../common/json.ts"
import { invalidRequest, notFound, ok, type Result, refuse, refused } from "../api-error.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import { checkChange } from "../rules/blueprint-references.ts"
import { followRename, type RenamedPart, renamePart } from "../rules/blueprint-rename.ts"
import { renameRelation } from "../store/relations.ts"
import type { BlueprintWriteDeps } from "./write-blueprints.ts"

export interface RenameRequest {
  blueprint: string
  part: RenamedPart
  before: string
  body: unknown
}

/** The key of the body that holds the new name. */
const newNameKeys: Readonly<Record<RenamedPart, string>> = {
  property: "newPropertyName",
  mirror: "newMirrorName",
  relation: "newRelationIdentifier",
}

export async function renameBlueprintPart(
  deps: BlueprintWriteDeps,
  request: RenameRequest,
): Promise<Result<string>> {
  const { blueprint, part, before } = request
  const stored = deps.set.get(blueprint)?.definition
  if (!stored) return refused(notFound("blueprint", blueprint))
  const key = newNameKeys[part]
  const after = isJsonObject(request.body) ? request.body[key] : undefined
  if (typeof after !== "string") return refused(invalidRequest(`"body" must have required property '${key}'`))
  const rename = { blueprint, part, before, after }
  const next = renamePart(stored, rename)
  if (!next) return refused(notFound(part, before))
  if (next === "taken")
    return refused(refuse(409, "identifier_taken", `"${after}" already exists in "${blueprint}"`))
  const problem = deps.checkShape(next)
  const refusal = problem === undefined ? checkChange(stored, next) : invalidRequest(problem)
  if (refusal) return refused(refusal)
  // Paths are followed by the old names, which the stored blueprints have.
  const find = (identifier: string) => deps.set.get(identifier)?.definition
  for (const definition of deps.set.definitions) {
    const own = definition.identifier === blueprint
    const followed = followRename(own ? next : definition, rename, find)
    if (own || !isSame(followed, definition))
      await deps.store.update(deps.tx, definition.identifier, followed, deps.author)
  }
  await renameValues(deps, { blueprint, part, before, after })
  return ok(blueprint)
}

function isSame(left: BlueprintDefinition, right: BlueprintDefinition): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

async function renameValues(
  deps: BlueprintWriteDeps,
  { blueprint, part, before, after }: { blueprint: string; part: RenamedPart; before: string; after: string },
): Promise<void> {
  if (before === after) return
  if (part === "relation") await renameRelation(deps.tx, blueprint, { before, after })
  if (part !== "property") return
  await deps.tx
    .updateTable("catalog_entities")
    .set({ properties: deps.json.renamed("properties", before, after) })
    .where("blueprint", "=", blueprint)
    .execute()
}
