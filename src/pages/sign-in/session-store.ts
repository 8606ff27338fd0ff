// One-time links, and the sessions that they begin, in the database.
import { createHash, randomBytes } from "node:crypto"
import type { Kysely, Selectable } from "kysely"
import type { Clock } from "../../common/sleep.ts"
import type { Database } from "../../database/database.ts"
import { migrate } from "../../database/migrate.ts"
import { type SessionTables, sessionSteps } from "./session-tables.ts"

/** `viewer`: may look at everything, and change nothing. */
export type Role = "admin" | "viewer"
export const roles: readonly Role[] = ["admin", "viewer"]

export interface Session {
  id: string
  role: Role
  name: string
  /** Milliseconds since the epoch, as all times here. */
  createdAt: number
  lastUsedAt: number
  expiresAt: number
}

export type Begun =
  | { ok: true; session: Session; token: string }
  | { ok: false; why: "unknown" | "used" | "expired" }

export interface SessionStore {
  /** What the cookie of these sessions is called: other programs on this host have other names. */
  cookieName: string
  /** A token that begins one session, once. */
  issueLink(link: { role: Role; name: string }): Promise<{ token: string; expiresAt: number }>
  /** Uses up the link. */
  begin(linkToken: string): Promise<Begun>
  /** The session of a cookie; its use makes it last longer. */
  find(token: string): Promise<Session | undefined>
  list(): Promise<Session[]>
  /** Whether there was one. */
  end(id: string): Promise<boolean>
  endAll(): Promise<void>
  /** Whether anybody has a session, or had one. */
  wasUsed(): Promise<boolean>
  /** Where the pages are served, for links that are issued by another process. */
  rememberAddress(url: string): Promise<void>
  address(): Promise<string | undefined>
}

const hour = 3_600_000
const linkLifeMs = hour
const sessionLifeMs = 30 * 24 * hour
/** A session in use is not written to at every request. */
const noteUseEveryMs = hour

export async function openSessionStore(database: Database, clock: Clock): Promise<SessionStore> {
  await migrate(database, "pages", sessionSteps)
  const db = database.kysely<SessionTables>()
  const suffix = await stateOnce(database, "cookie", () => randomBytes(4).toString("hex"))

  return {
    cookieName: `ocean_sentry_${suffix}`,
    async issueLink({ role, name }) {
      const token = randomBytes(32).toString("base64url")
      const now = clock.now()
      const expiresAt = now + linkLifeMs
      await db
        .deleteFrom("page_links")
        .where("expires_at", "<", now - sessionLifeMs)
        .execute()
      await db
        .insertInto("page_links")
        .values({
          digest: digestOf(token),
          role,
          name,
          created_at: now,
          expires_at: expiresAt,
          used_at: null,
        })
        .execute()
      return { token, expiresAt }
    },
    begin: (linkToken) =>
      // Of two that come at the same time with one link, one gets in.
      database.transaction<SessionTables, Begun>((tx) => beginSession(tx, linkToken, clock.now()), {
        lock: "pages sign-in",
      }),
    async find(token) {
      const row = await db
        .selectFrom("page_sessions")
        .selectAll()
        .where("digest", "=", digestOf(token))
        .executeTakeFirst()
      const now = clock.now()
      if (!row || Number(row.expires_at) <= now) return undefined
      if (now - Number(row.last_used_at) < noteUseEveryMs) return sessionOf(row)
      const used = { last_used_at: now, expires_at: now + sessionLifeMs }
      await db.updateTable("page_sessions").set(used).where("id", "=", row.id).execute()
      return sessionOf({ ...row, ...used })
    },
    async list() {
      const rows = await db
        .selectFrom("page_sessions")
        .selectAll()
        .where("expires_at", ">", clock.now())
        .orderBy("last_used_at", "desc")
        .execute()
      return rows.map(sessionOf)
    },
    async end(id) {
      const { numDeletedRows } = await db.deleteFrom("page_sessions").where("id", "=", id).executeTakeFirst()
      return numDeletedRows > 0n
    },
    async endAll() {
      await db.deleteFrom("page_sessions").execute()
    },
    async wasUsed() {
      const used = await db
        .selectFrom("page_links")
        .select("digest")
        .where("used_at", "is not", null)
        .limit(1)
        .executeTakeFirst()
      if (used) return true
      const session = await db.selectFrom("page_sessions").select("id").limit(1).executeTakeFirst()
      return session !== undefined
    },
    rememberAddress: (url) => writeState(db, "address", url),
    address: () => readState(db, "address"),
  }
}

async function beginSession(tx: Kysely<SessionTables>, linkToken: string, now: number): Promise<Begun> {
  const digest = digestOf(linkToken)
  const link = await tx.selectFrom("page_links").selectAll().where("digest", "=", digest).executeTakeFirst()
  if (!link) return { ok: false, why: "unknown" }
  if (link.used_at !== null) return { ok: false, why: "used" }
  if (Number(link.expires_at) <= now) return { ok: false, why: "expired" }
  await tx.updateTable("page_links").set({ used_at: now }).where("digest", "=", digest).execute()
  await tx.deleteFrom("page_sessions").where("expires_at", "<=", now).execute()
  const token = randomBytes(32).toString("base64url")
  const row = {
    id: randomBytes(9).toString("base64url"),
    digest: digestOf(token),
    role: link.role,
    name: link.name,
    created_at: now,
    last_used_at: now,
    expires_at: now + sessionLifeMs,
  }
  await tx.insertInto("page_sessions").values(row).execute()
  return { ok: true, session: sessionOf(row), token }
}

function sessionOf(row: Selectable<SessionTables["page_sessions"]>): Session {
  return {
    id: row.id,
    role: row.role === "admin" ? "admin" : "viewer",
    name: row.name,
    createdAt: Number(row.created_at),
    lastUsedAt: Number(row.last_used_at),
    expiresAt: Number(row.expires_at),
  }
}

/** Tokens are long and random, so that a plain digest cannot be guessed back. */
function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex")
}

async function stateOnce(database: Database, key: string, make: () => string): Promise<string> {
  return await database.transaction<SessionTables, string>(
    async (tx) => {
      const known = await readState(tx, key)
      if (known !== undefined) return known
      const made = make()
      await writeState(tx, key, made)
      return made
    },
    { lock: "pages sign-in" },
  )
}

async function readState(db: Kysely<SessionTables>, key: string): Promise<string | undefined> {
  const row = await db.selectFrom("page_state").select("value").where("key", "=", key).executeTakeFirst()
  return row?.value
}

async function writeState(db: Kysely<SessionTables>, key: string, value: string): Promise<void> {
  await db
    .insertInto("page_state")
    .values({ key, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute()
}
