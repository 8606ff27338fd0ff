// The installations in the database, their secrets sealed.
import type { Clock } from "../common/sleep.ts"
import type { Database } from "../database/database.ts"
import { migrate } from "../database/migrate.ts"
import { type HostTables, hostSteps } from "./host-tables.ts"
import type { Installation, InstallationInput, SecretPath, Secrets } from "./installation.ts"
import { type RunStore, runStore } from "./run-store.ts"
import type { Keyring } from "./secrets.ts"

export interface InstallationStore extends RunStore {
  all(): Promise<Installation[]>
  get(id: string): Promise<Installation | undefined>
  /** Makes or replaces one; secrets that are left out stay. Answers it as it is now. */
  put(one: {
    id: string
    source: Installation["source"]
    spec: InstallationInput
    secrets: Secrets
  }): Promise<Installation>
  remove(id: string): Promise<boolean>
  /** Seals again what was sealed with a previous key; answers how many secrets. */
  reseal(): Promise<number>
  setLiveOpen(id: string, isOpen: boolean): Promise<void>
  liveOpen(): Promise<string[]>
}

export async function openInstallationStore(
  database: Database,
  keyring: Keyring,
  clock: Clock,
): Promise<InstallationStore> {
  await migrate(database, "host", hostSteps)
  const db = database.kysely<HostTables>()
  const about = (id: string, path: string) => `${id} ${path}`

  function installationOf(row: { id: string; source: string; spec: string; secrets: string }): Installation {
    const sealed = Object.entries(JSON.parse(row.secrets) as Record<SecretPath, string>) // written by `put`
    return {
      id: row.id,
      source: row.source === "file" ? "file" : "api",
      spec: JSON.parse(row.spec) as InstallationInput, // written by `put`
      secrets: Object.fromEntries(
        sealed.map(([path, text]) => [path, keyring.open(text, about(row.id, path))]),
      ),
    }
  }

  async function get(id: string): Promise<Installation | undefined> {
    const row = await db.selectFrom("host_installations").selectAll().where("id", "=", id).executeTakeFirst()
    return row && installationOf(row)
  }

  return {
    ...runStore(db, clock),
    get,
    async all() {
      const rows = await db.selectFrom("host_installations").selectAll().orderBy("id").execute()
      return rows.map(installationOf)
    },
    async put({ id, source, spec, secrets }) {
      const kept = { ...(await get(id))?.secrets, ...secrets }
      const sealed = Object.fromEntries(
        Object.entries(kept).map(([path, secret]) => [path, keyring.seal(secret, about(id, path))]),
      )
      const values = {
        source,
        spec: JSON.stringify(spec),
        secrets: JSON.stringify(sealed),
        updated_at: clock.now(),
      }
      await db
        .insertInto("host_installations")
        .values({ id, ...values })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
        .execute()
      return { id, source, spec, secrets: kept }
    },
    async remove(id) {
      return await database.transaction<HostTables, boolean>(async (tx) => {
        await tx.deleteFrom("host_inbox").where("installation", "=", id).execute()
        await tx.deleteFrom("host_runs").where("installation", "=", id).execute()
        const gone = await tx.deleteFrom("host_installations").where("id", "=", id).executeTakeFirst()
        return gone.numDeletedRows > 0n
      })
    },
    async reseal() {
      let count = 0
      for (const row of await db.selectFrom("host_installations").selectAll().execute()) {
        const sealed = Object.entries(JSON.parse(row.secrets) as Record<string, string>)
        if (sealed.every(([, text]) => keyring.isCurrent(text))) continue
        const anew = sealed.map(([path, text]) => {
          const name = about(row.id, path)
          return [path, keyring.seal(keyring.open(text, name), name)]
        })
        count += anew.length
        await db
          .updateTable("host_installations")
          .set({ secrets: JSON.stringify(Object.fromEntries(anew)) })
          .where("id", "=", row.id)
          .execute()
      }
      return count
    },
    async setLiveOpen(id, isOpen) {
      await db
        .updateTable("host_installations")
        .set({ live_open: isOpen ? 1 : 0 })
        .where("id", "=", id)
        .execute()
    },
    async liveOpen() {
      const rows = await db.selectFrom("host_installations").select("id").where("live_open", "=", 1).execute()
      return rows.map(({ id }) => id)
    },
  }
}
