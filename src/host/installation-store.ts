// The installations in the database, their secrets sealed.
import type { Clock } from "../common/sleep.ts"
import type { Database } from "../database/database.ts"
import { migrate } from "../database/migrate.ts"
import { type HostTables, hostSteps } from "./host-tables.ts"
import type { ChangedSecrets, Installation, InstallationInput } from "./installation.ts"
import { InstallationConflict, InstallationExists, type PortDefaults, refuseTwin } from "./refuse-twin.ts"
import { type RunStore, runStore } from "./run-store.ts"
import { openSecrets, resealSecrets, sealSecrets } from "./sealed-secrets.ts"
import type { Keyring } from "./secrets.ts"

export interface InstallationStore extends RunStore {
  all(): Promise<Installation[]>
  get(id: string): Promise<Installation | undefined>
  /**
   * Makes or replaces one; secrets that are left out stay, null takes one away. Throws an `InstallationConflict` where it would
   * be another installation's twin in Port.
   */
  put(one: Written & { id: string; source: Installation["source"]; mustBeNew?: boolean }): Promise<void>
  /** Changes one as it is at this moment; false where there is none. Throws as `put` does. */
  change(id: string, make: (known: Installation) => Written): Promise<boolean>
  /** From now on there is no such installation, and none of its name is made until `remove`; false where there was none. */
  markRemoved(id: string): Promise<boolean>
  /** Those that are marked. */
  removing(): Promise<string[]>
  /** All that the host's own tables have of one. */
  remove(id: string): Promise<void>
  /** Seals again what was sealed with a previous key; answers how many secrets. */
  reseal(): Promise<number>
  setLiveOpen(id: string, isOpen: boolean): Promise<void>
  liveOpen(): Promise<string[]>
}

interface Written {
  spec: InstallationInput
  secrets: ChangedSecrets
}

/** Who changes an installation waits for who does already, on whichever host. */
const writing = "host installations"

export async function openInstallationStore(
  database: Database,
  { keyring, port, clock }: { keyring: Keyring; port: PortDefaults; clock: Clock },
): Promise<InstallationStore> {
  await migrate(database, "host", hostSteps)
  const db = database.kysely<HostTables>()

  function installationOf(row: { id: string; source: string; spec: string; secrets: string }): Installation {
    return {
      id: row.id,
      source: row.source === "file" ? "file" : "api",
      spec: specOf(row),
      ...openSecrets(keyring, row.id, row.secrets),
    }
  }

  const present = () => db.selectFrom("host_installations").selectAll().where("removing", "=", 0)

  async function get(id: string): Promise<Installation | undefined> {
    const row = await present().where("id", "=", id).executeTakeFirst()
    return row && installationOf(row)
  }

  /** False where nothing is made of what is there. */
  async function write(
    id: string,
    make: (known: Installation | undefined) => (Written & Pick<Installation, "source">) | undefined,
  ): Promise<boolean> {
    return await database.transaction<HostTables, boolean>(
      async (tx) => {
        const all = await tx.selectFrom("host_installations").selectAll().execute()
        const row = all.find((one) => one.id === id)
        if (row?.removing === 1)
          throw new InstallationConflict(`${id} is being removed; try again in a while`, { field: "id" })
        const made = make(row && installationOf(row))
        if (!made) return false
        const { spec, source, secrets } = made
        const others = all.flatMap((one) => (one.id === id ? [] : [{ id: one.id, spec: specOf(one) }]))
        refuseTwin({ id, spec }, others, port)
        const values = {
          source,
          spec: JSON.stringify(spec),
          secrets: sealSecrets(keyring, id, row?.secrets ?? "{}", secrets),
          updated_at: clock.now(),
        }
        await tx
          .insertInto("host_installations")
          .values({ id, ...values })
          .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
          .execute()
        return true
      },
      { lock: writing },
    )
  }

  return {
    ...runStore(db, clock),
    get,
    async all() {
      const rows = await present().orderBy("id").execute()
      return rows.map(installationOf)
    },
    async put({ mustBeNew = false, ...one }) {
      await write(one.id, (known) => {
        if (known && mustBeNew) throw new InstallationExists(one.id)
        return one
      })
    },
    change: (id, make) =>
      write(id, (known) => (known ? { ...make(known), source: known.source } : undefined)),
    async markRemoved(id) {
      const marked = await db
        .updateTable("host_installations")
        .set({ removing: 1 })
        .where("id", "=", id)
        .where("removing", "=", 0)
        .executeTakeFirst()
      return marked.numUpdatedRows > 0n
    },
    async removing() {
      const rows = await db.selectFrom("host_installations").select("id").where("removing", "=", 1).execute()
      return rows.map(({ id }) => id)
    },
    remove: (id) =>
      database.transaction<HostTables, void>(async (tx) => {
        await tx.deleteFrom("host_inbox").where("installation", "=", id).execute()
        await tx.deleteFrom("host_runs").where("installation", "=", id).execute()
        await tx.deleteFrom("host_installations").where("id", "=", id).execute()
      }),
    reseal: () =>
      database.transaction<HostTables, number>(
        async (tx) => {
          let count = 0
          for (const row of await tx.selectFrom("host_installations").selectAll().execute()) {
            const anew = resealSecrets(keyring, row.id, row.secrets)
            if (!anew) continue
            count += anew.count
            const change = tx.updateTable("host_installations").set({ secrets: anew.stored })
            await change.where("id", "=", row.id).execute()
          }
          return count
        },
        { lock: writing },
      ),
    async setLiveOpen(id, isOpen) {
      await db
        .updateTable("host_installations")
        .set({ live_open: isOpen ? 1 : 0 })
        .where("id", "=", id)
        .execute()
    },
    async liveOpen() {
      const rows = await present().where("live_open", "=", 1).execute()
      return rows.map(({ id }) => id)
    },
  }
}

function specOf({ spec }: { spec: string }): InstallationInput {
  return JSON.parse(spec) as InstallationInput // written by `put`
}
