// The installations in the database, their secrets sealed.
import type { Kysely, Selectable } from "kysely"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { Database } from "../database/database.ts"
import { migrate } from "../database/migrate.ts"
import { type HostTables, hostSteps } from "./host-tables.ts"
import {
  type ChangedSecrets,
  type Installation,
  type InstallationInput,
  identifierOf,
  type Secrets,
} from "./installation.ts"
import { type AskOrganization, type PortDefaults, portOf, portOrganizations } from "./port-organizations.ts"
import {
  areTwins,
  haveOneName,
  InstallationConflict,
  InstallationExists,
  refuseTwin,
  twinHint,
  twinText,
} from "./refuse-twin.ts"
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
  /**
   * Why it must not work: another installation is its twin in Port, and was there first. For what could not be known when it
   * was made, since Port did not answer.
   */
  twinOf(one: Installation): Promise<string | undefined>
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

export interface InstallationStoreDeps {
  keyring: Keyring
  port: PortDefaults
  /** Only asked where two have one identifier. */
  ask: AskOrganization
  log: Logger
  clock: Clock
}

interface Written {
  spec: InstallationInput
  secrets: ChangedSecrets
}

/** Who changes an installation waits for who does already, on whichever host. */
const writing = "host installations"

export async function openInstallationStore(
  database: Database,
  { keyring, port, ask, log, clock }: InstallationStoreDeps,
): Promise<InstallationStore> {
  await migrate(database, "host", hostSteps)
  const db = database.kysely<HostTables>()
  const organizations = portOrganizations({ db, port, ask, log })

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

  /** Asks Port whose the credentials of an installation are, and of those that it could be a twin of. */
  async function learnAbout(one: Pick<Installation, "id" | "spec" | "secrets">): Promise<void> {
    const rows = await present().where("id", "!=", one.id).execute()
    const others = rows.filter((row) => haveOneName(one, { id: row.id, spec: specOf(row) }))
    if (others.length > 0) await organizations.learn([one, ...others.map(installationOf)])
  }

  /** False where nothing is made of what is there. */
  async function write(
    id: string,
    make: (known: Installation | undefined) => (Written & Pick<Installation, "source">) | undefined,
  ): Promise<boolean> {
    const before = await get(id)
    const foreseen = make(before)
    if (!foreseen) return false
    const secrets = changedSecrets(before?.secrets ?? {}, foreseen.secrets)
    await learnAbout({ id, spec: foreseen.spec, secrets })
    return await database.transaction<HostTables, boolean>(
      async (tx) => {
        const all = await tx.selectFrom("host_installations").selectAll().execute()
        const row = all.find((one) => one.id === id)
        if (row?.removing === 1)
          throw new InstallationConflict(`${id} is being removed; try again in a while`, { field: "id" })
        const made = make(row && installationOf(row))
        if (!made) return false
        const others = all.flatMap((one) => (one.id === id ? [] : [{ id: one.id, spec: specOf(one) }]))
        refuseTwin({ id, spec: made.spec }, others, { port, organizations: await organizations.known(tx) })
        await upsertRow(tx, { id, row, made })
        return true
      },
      { lock: writing },
    )
  }

  async function upsertRow(
    tx: Kysely<HostTables>,
    {
      id,
      row,
      made: { spec, source, secrets },
    }: {
      id: string
      row: Selectable<HostTables["host_installations"]> | undefined
      made: Written & Pick<Installation, "source">
    },
  ): Promise<void> {
    const place = (one: InstallationInput) =>
      JSON.stringify([one.enabled, identifierOf({ id, spec: one }), portOf({ spec: one }, port)])
    const stays = row && place(specOf(row)) === place(spec)
    const values = {
      source,
      spec: JSON.stringify(spec),
      secrets: sealSecrets(keyring, id, row?.secrets ?? "{}", secrets),
      updated_at: clock.now(),
      placed_at: stays ? row.placed_at : clock.now(),
    }
    await tx
      .insertInto("host_installations")
      .values({ id, ...values })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
      .execute()
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
    async twinOf(one) {
      await learnAbout(one)
      const ports = { port, organizations: await organizations.known(db) }
      const rows = await present().orderBy("placed_at").orderBy("id").execute()
      const first = rows.find(
        (row) => row.id === one.id || areTwins(one, { id: row.id, spec: specOf(row) }, ports),
      )
      if (!first || first.id === one.id) return undefined
      return `${twinText(one, { id: first.id, spec: specOf(first) })}: ${twinHint}`
    },
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

function changedSecrets(before: Secrets, changed: ChangedSecrets): Secrets {
  const all = Object.entries({ ...before, ...changed }).filter(([, secret]) => secret !== null)
  return Object.fromEntries(all) as Secrets // paths of secrets, of which none is null any more
}
