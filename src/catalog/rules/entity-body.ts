// The shape of an entity's body, one idea per field. What it means against a blueprint is another file's.
import { isJsonObject, type JsonObject, type JsonValue } from "../../common/json.ts"
import { isSearchQuery } from "../../port/search-query.ts"
import { invalidRequest, ok, type Result, refused } from "../api-error.ts"
import { parseQuery, type Query, resolvableOperators } from "../search/query.ts"

/** A field that is undefined was not sent; null was sent to clear it. */
export interface EntityBody {
  identifier: string | Query | undefined
  title: string | null | undefined
  icon: string | null | undefined
  team: string[] | Query | null | undefined
  properties: JsonObject
  relations: ReadonlyMap<string, RelationValue>
}

export type RelationValue = null | string | string[] | Query

const maxIdentifierLength = 1000
const identifierPattern = /^(?!\.{1,2}$)[\p{L}0-9@_.+:\\/='-]+$/u
/** What a query for an identifier may use; relations and teams may use more. */
const identifierOperators = new Set(["=", "in"])

export function parseEntityBody(value: unknown): Result<EntityBody> {
  if (!isJsonObject(value)) return wrong("body", "must be object")
  const identifier = parseIdentifier(value.identifier)
  if (!identifier.ok) return identifier
  for (const key of ["title", "icon"]) {
    if (!isTextOrNothing(value[key])) return wrong(key, "must be string,null")
  }
  const team = parseTeam(value.team)
  if (!team.ok) return team
  for (const key of ["properties", "relations"]) {
    if (value[key] !== undefined && !isJsonObject(value[key])) return wrong(key, "must be object")
  }
  const relations = parseRelations(objectOf(value.relations))
  if (!relations.ok) return relations
  return ok({
    identifier: identifier.value,
    title: textOrNothing(value.title),
    icon: textOrNothing(value.icon),
    team: team.value,
    properties: objectOf(value.properties),
    relations: relations.value,
  })
}

/** Why a text cannot be an identifier; undefined where it can. */
export function identifierProblem(text: string): string | undefined {
  if (text.length > maxIdentifierLength) return `must NOT have more than ${maxIdentifierLength} characters`
  if (!identifierPattern.test(text)) return `must match pattern "${identifierPattern.source}"`
  return undefined
}

function parseIdentifier(value: JsonValue | undefined): Result<string | Query | undefined> {
  if (value === undefined) return ok(undefined)
  if (isSearchQuery(value)) return parseQuery(value, { root: "identifier", operators: identifierOperators })
  if (typeof value !== "string") return wrong("identifier", "must be string")
  const problem = identifierProblem(value)
  return problem === undefined ? ok(value) : wrong("identifier", problem)
}

function parseTeam(value: JsonValue | undefined): Result<string[] | Query | null | undefined> {
  if (value === undefined || value === null) return ok(value)
  if (typeof value === "string") return ok([value])
  if (isTextList(value)) return ok(unique(value))
  if (isSearchQuery(value)) return parseQuery(value, { root: "team", operators: resolvableOperators })
  return wrong("team", "must be string, an array of strings, a search query or null")
}

function parseRelations(value: JsonObject): Result<Map<string, RelationValue>> {
  const relations = new Map<string, RelationValue>()
  for (const [name, target] of Object.entries(value)) {
    const parsed = parseRelation(name, target)
    if (!parsed.ok) return parsed
    relations.set(name, parsed.value)
  }
  return ok(relations)
}

function parseRelation(name: string, value: JsonValue): Result<RelationValue> {
  if (value === null || typeof value === "string") return ok(value)
  if (isTextList(value)) return ok(unique(value))
  const root = `relations.${name}`
  if (isSearchQuery(value)) return parseQuery(value, { root, operators: resolvableOperators })
  return wrong(root, "must be string, an array of strings, a search query or null")
}

function wrong(where: string, what: string): { ok: false; refusal: ReturnType<typeof invalidRequest> } {
  return refused(invalidRequest(`"${where}" ${what}`))
}

function isTextList(value: JsonValue): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string")
}

function unique(values: string[]): string[] {
  return [...new Set(values)]
}

function isTextOrNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || typeof value === "string"
}

function textOrNothing(value: JsonValue | undefined): string | null | undefined {
  return typeof value === "string" || value === null ? value : undefined
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
