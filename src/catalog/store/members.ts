// Who is in which team: the entities of `_user` whose team is one of these entities of `_team`.
import type { Kysely } from "kysely"
import type { JsonColumns } from "../../database/json-columns.ts"
import { teamRelation } from "./relations.ts"
import type { CatalogTables } from "./tables.ts"

/** The users' identifiers (their e-mail addresses) by the team's id. */
export async function readMembers(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  teams: readonly number[],
): Promise<Map<number, string[]>> {
  const members = new Map<number, string[]>()
  if (teams.length === 0) return members
  const rows = await db
    .selectFrom("catalog_relations as link")
    .innerJoin("catalog_entities as user", "user.id", "link.source_id")
    .select(["link.target_id", "user.identifier"])
    .where("link.relation", "=", teamRelation)
    .where("user.blueprint", "=", "_user")
    .where((eb) => json.oneOfNumbers(eb.ref("link.target_id"), teams))
    .orderBy("user.identifier")
    .execute()
  for (const { target_id, identifier } of rows) {
    const list = members.get(target_id) ?? []
    members.set(target_id, list)
    list.push(identifier)
  }
  return members
}
