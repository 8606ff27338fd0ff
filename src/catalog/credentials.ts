// Who may use the catalog: one pair of credentials, made at the first start and kept in the database.
import { randomBytes } from "node:crypto"
import type { Kysely } from "kysely"
import { isJsonObject, parseJson } from "../common/json.ts"
import type { Database } from "../database/database.ts"
import { migrate } from "../database/migrate.ts"
import { catalogSteps } from "./migrations/index.ts"
import { readState, writeState } from "./store/state.ts"
import type { CatalogTables } from "./store/tables.ts"

/**
 * The secret is kept readable, not hashed: the embedded integration asks for a token with it at every start. Whoever
 * can read the database could read the entities anyway; the SQLite file has mode 0600.
 */
export interface CatalogCredentials {
  clientId: string
  clientSecret: string
  /** Signs the access tokens; new credentials bring a new key, which ends every older token. */
  signingKey: string
}

const stateKey = "credentials"

/** The stored credentials, made at the first call. */
export async function ensureCredentials(database: Database): Promise<CatalogCredentials> {
  await migrate(database, "catalog", catalogSteps)
  return await database.transaction<CatalogTables, CatalogCredentials>(
    async (tx) => (await readCredentials(tx)) ?? (await store(tx)),
    { lock: "catalog" },
  )
}

/** New credentials in place of the old ones. A catalog that runs already takes them at its next start. */
export async function issueCredentials(database: Database): Promise<CatalogCredentials> {
  await migrate(database, "catalog", catalogSteps)
  return await database.transaction<CatalogTables, CatalogCredentials>(store, { lock: "catalog" })
}

async function readCredentials(db: Kysely<CatalogTables>): Promise<CatalogCredentials | undefined> {
  const text = await readState(db, stateKey)
  if (text === undefined) return undefined
  const { clientId, clientSecret, signingKey } = objectOf(parseJson(text))
  if (typeof clientId !== "string" || typeof clientSecret !== "string" || typeof signingKey !== "string") {
    throw new Error("the catalog's stored credentials are damaged")
  }
  return { clientId, clientSecret, signingKey }
}

async function store(db: Kysely<CatalogTables>): Promise<CatalogCredentials> {
  const credentials = { clientId: randomText(24), clientSecret: randomText(48), signingKey: randomText(48) }
  await writeState(db, stateKey, JSON.stringify(credentials))
  return credentials
}

function objectOf(value: unknown) {
  return isJsonObject(value) ? value : {}
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString("base64url")
}
