// Client secrets that were read from Sentry. It shows them for a day only, so that they are kept with the state.
import type { Generated } from "kysely"
import type { Database } from "../../database/database.ts"
import { type MigrationStep, migrate } from "../../database/migrate.ts"

interface SecretTables {
  webhook_secrets: { id: Generated<number>; integration: string; secret: string }
}

const steps: readonly MigrationStep[] = [
  {
    name: "0001-webhook-secrets",
    async up(db, types) {
      await db.schema
        .createTable("webhook_secrets")
        .addColumn("id", types.id)
        .addColumn("integration", "text", (column) => column.notNull())
        .addColumn("secret", "text", (column) => column.notNull())
        .execute()
    },
  },
]

/** While one is replaced, both are in use. */
const mostKept = 2

export interface SecretStore {
  /** The newest first. */
  secrets(): Promise<string[]>
  /** It becomes the newest; of the others one is kept. */
  remember(secret: string): Promise<void>
}

export async function openSecretStore(database: Database, integration: string): Promise<SecretStore> {
  await migrate(database, "webhook-secrets", steps)

  async function secrets(): Promise<string[]> {
    const rows = await database
      .kysely<SecretTables>()
      .selectFrom("webhook_secrets")
      .select("secret")
      .where("integration", "=", integration)
      .orderBy("id", "desc")
      .execute()
    return rows.map(({ secret }) => secret)
  }

  return {
    secrets,
    async remember(secret) {
      const known = await secrets()
      if (known[0] === secret) return
      const kept = [secret, ...known.filter((one) => one !== secret)].slice(0, mostKept)
      await database.transaction<SecretTables, void>(async (tx) => {
        await tx.deleteFrom("webhook_secrets").where("integration", "=", integration).execute()
        await tx
          .insertInto("webhook_secrets")
          .values(kept.reverse().map((one) => ({ integration, secret: one })))
          .execute()
      })
    },
  }
}
