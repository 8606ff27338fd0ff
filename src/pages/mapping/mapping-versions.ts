// Every mapping that was saved here, so that any can come back.
import type { Clock } from "../../common/sleep.ts"
import type { Database } from "../../database/database.ts"
import { type MigrationStep, migrate } from "../../database/migrate.ts"

interface VersionTables {
  mapping_versions: {
    integration: string
    version: number
    text: string
    /** Digest of what it says, whatever its layout. */
    revision: string
    note: string | null
    saved_by: string
    saved_at: number
  }
}

export interface MappingVersion {
  version: number
  text: string
  revision: string
  note: string | null
  savedBy: string
  /** Milliseconds since the epoch. */
  savedAt: number
}

export interface MappingVersions {
  /** The newest first. */
  list(limit: number): Promise<MappingVersion[]>
  find(version: number): Promise<MappingVersion | undefined>
  save(version: Pick<MappingVersion, "text" | "revision" | "note" | "savedBy">): Promise<number>
}

const steps: readonly MigrationStep[] = [
  {
    name: "0001-mapping-versions",
    async up(db, types) {
      await db.schema
        .createTable("mapping_versions")
        .addColumn("integration", "text", (column) => column.notNull())
        .addColumn("version", types.instant, (column) => column.notNull())
        .addColumn("text", "text", (column) => column.notNull())
        .addColumn("revision", "text", (column) => column.notNull())
        .addColumn("note", "text")
        .addColumn("saved_by", "text", (column) => column.notNull())
        .addColumn("saved_at", types.instant, (column) => column.notNull())
        .addPrimaryKeyConstraint("mapping_versions_key", ["integration", "version"])
        .execute()
    },
  },
]

export async function openMappingVersions(
  database: Database,
  integration: string,
  clock: Clock,
): Promise<MappingVersions> {
  await migrate(database, "mapping-versions", steps)
  const db = database.kysely<VersionTables>()
  const ours = () => db.selectFrom("mapping_versions").selectAll().where("integration", "=", integration)

  return {
    async list(limit) {
      const rows = await ours().orderBy("version", "desc").limit(limit).execute()
      return rows.map(versionOf)
    },
    async find(version) {
      const row = await ours().where("version", "=", version).executeTakeFirst()
      return row && versionOf(row)
    },
    async save({ text, revision, note, savedBy }) {
      return await database.transaction<VersionTables, number>(
        async (tx) => {
          const last = await tx
            .selectFrom("mapping_versions")
            .select("version")
            .where("integration", "=", integration)
            .orderBy("version", "desc")
            .limit(1)
            .executeTakeFirst()
          const version = Number(last?.version ?? 0) + 1
          await tx
            .insertInto("mapping_versions")
            .values({ integration, version, text, revision, note, saved_by: savedBy, saved_at: clock.now() })
            .execute()
          return version
        },
        { lock: `mapping versions ${integration}` },
      )
    },
  }
}

function versionOf(row: VersionTables["mapping_versions"]): MappingVersion {
  const { text, revision, note } = row
  return {
    ...{ text, revision, note },
    version: Number(row.version),
    savedBy: row.saved_by,
    savedAt: Number(row.saved_at),
  }
}
