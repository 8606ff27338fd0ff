// What it takes to make the values that are not stored.
import type { Kysely } from "kysely"
import type { JsonColumns } from "../../database/json-columns.ts"
import type { Jq } from "../../mapping/jq.ts"
import type { BlueprintSet } from "../store/blueprints.ts"
import type { CatalogTables } from "../store/tables.ts"

export interface DeriveDeps {
  db: Kysely<CatalogTables>
  json: JsonColumns
  /** Of Port's dialect: it shows no environment. */
  jq: Jq
  blueprints: BlueprintSet
  /** Milliseconds since the epoch. */
  now: number
  /** Mirrors of titles as `{identifier, title}`. */
  identifierWithTitle?: boolean
}
