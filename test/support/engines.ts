// The engines that tests of stores and routes run on: SQLite always, PostgreSQL where TEST_POSTGRES_URL names a server.
import { randomUUID } from "node:crypto"
import { sql } from "kysely"
import { type Database, openDatabase } from "../../src/database/database.ts"

const postgresUrl = process.env.TEST_POSTGRES_URL

export const engines: readonly ("sqlite" | "postgres")[] = postgresUrl ? ["sqlite", "postgres"] : ["sqlite"]

/** An empty database: in memory, or a schema of its own on the server, dropped when it is closed. */
export async function openTestDatabase(engine: "sqlite" | "postgres"): Promise<Database> {
  if (engine === "sqlite" || !postgresUrl) return await openDatabase(":memory:")
  const schema = await createTestSchema(postgresUrl)
  const database = await openDatabase(schema.url)
  return {
    ...database,
    async close() {
      await database.close()
      await schema.drop()
    },
  }
}

/** A schema of its own on the server, for those who open it by its address. */
export async function createTestSchema(server: string): Promise<{ url: string; drop(): Promise<void> }> {
  const schema = `test_${randomUUID().replaceAll("-", "")}`
  const url = new URL(server)
  await runOn(server, `create schema ${schema}`)
  url.searchParams.set("options", `-c search_path=${schema}`)
  return { url: url.href, drop: () => runOn(server, `drop schema ${schema} cascade`) }
}

async function runOn(url: string, statement: string): Promise<void> {
  const database = await openDatabase(url)
  await sql.raw(statement).execute(database.kysely())
  await database.close()
}

/** What stands at a path such as `entity.properties.name` or `entities.0.identifier` of an answer. */
export function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value) // undefined where the path ends early
}
