// Which organization of Port a pair of credentials is of. Port tells; what it told is kept, since it never changes.
import type { Kysely } from "kysely"
import { errorText } from "../common/errors.ts"
import type { HttpClient } from "../common/http-client.ts"
import type { Logger } from "../common/logger.ts"
import { createAccessTokens } from "../port/auth.ts"
import { organizationApi } from "../port/organization-api.ts"
import { createSendToPort } from "../port/request.ts"
import type { HostTables } from "./host-tables.ts"
import type { Installation } from "./installation.ts"

/** The host's own credentials, for installations without some. */
export interface PortDefaults {
  baseUrl: string
  clientId: string | undefined
  clientSecret: string | undefined
}

/** Organizations by `portOf`. */
export type KnownOrganizations = ReadonlyMap<string, string>

/** Answers the organization's id. */
export type AskOrganization = (access: {
  baseUrl: string
  clientId: string
  clientSecret: string
}) => Promise<string>

export interface PortOrganizations {
  known(db: Kysely<HostTables>): Promise<KnownOrganizations>
  /** Asks for those of these that are not known yet. What Port does not tell stays unknown. */
  learn(ones: readonly Pick<Installation, "id" | "spec" | "secrets">[]): Promise<void>
}

export interface PortOrganizationsDeps {
  db: Kysely<HostTables>
  port: PortDefaults
  ask: AskOrganization
  log: Logger
}

/** Address and client id: the same pair is of the same organization. */
export function portOf({ spec }: Pick<Installation, "spec">, defaults: Omit<PortDefaults, "clientSecret">) {
  const { baseUrl = defaults.baseUrl, clientId } = spec.port ?? defaults
  return JSON.stringify([baseUrl, clientId ?? null])
}

export function portOrganizations({ db, port, ask, log }: PortOrganizationsDeps): PortOrganizations {
  async function known(of: Kysely<HostTables>): Promise<KnownOrganizations> {
    const rows = await of.selectFrom("host_organizations").selectAll().execute()
    return new Map(rows.map((row) => [row.port, row.organization]))
  }

  async function learnOne(one: Pick<Installation, "id" | "spec" | "secrets">): Promise<void> {
    const own = one.spec.port
    const clientId = own ? own.clientId : port.clientId
    const clientSecret = own ? one.secrets["port.clientSecret"] : port.clientSecret
    if (clientId === undefined || clientSecret === undefined) return
    const baseUrl = own?.baseUrl ?? port.baseUrl
    try {
      const row = { port: portOf(one, port), organization: await ask({ baseUrl, clientId, clientSecret }) }
      await db
        .insertInto("host_organizations")
        .values(row)
        .onConflict((conflict) => conflict.column("port").doUpdateSet(row))
        .execute()
    } catch (error) {
      // Whoever works for it asks again, and says itself what is wrong with Port.
      log.warn(
        { installation: one.id, error: errorText(error) },
        "Port does not tell which organization the credentials of an installation are of",
      )
    }
  }

  return {
    known,
    async learn(ones) {
      const before = await known(db)
      const unknown = new Map(ones.map((one) => [portOf(one, port), one]))
      for (const place of before.keys()) unknown.delete(place)
      await Promise.all([...unknown.values()].map(learnOne))
    },
  }
}

export function askPort(http: HttpClient): AskOrganization {
  return async ({ baseUrl, clientId, clientSecret }) => {
    const userAgent = "ocean-sentry-host"
    const tokens = createAccessTokens({ http, baseUrl, clientId, clientSecret, userAgent })
    const { id } = await organizationApi(createSendToPort({ http, baseUrl, tokens, userAgent })).get()
    return id
  }
}
