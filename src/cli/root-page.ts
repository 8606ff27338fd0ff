// What a person sees who opens the address: where things are.
import { Hono } from "hono"
import { credentialsCommand } from "./credentials-command.ts"

export interface RootPageDeps {
  version: string
  /** Undefined where none is embedded. */
  catalog: { database: string } | undefined
  isMeasured: boolean
  /** Stands before the routes of health and metrics. */
  prefix: string
}

/** An address, and what is there. */
type Place = [string, string]

export function rootPage(deps: RootPageDeps): Hono {
  const app = new Hono()
  app.get("/", (context) => context.text(rootText(new URL(context.req.url).origin, deps)))
  return app
}

function rootText(origin: string, { version, catalog, isMeasured, prefix }: RootPageDeps): string {
  const own = origin + prefix
  const measures: Place = [`${own}/metrics`, "what is measured, for Prometheus"]
  const places: Place[] = [
    ...(catalog ? catalogPlaces(origin) : []),
    [`${own}/health/live`, "whether the process lives"],
    [`${own}/health/ready`, "whether it has started"],
    ...(isMeasured ? [measures] : []),
    [`${origin}/docs`, "all routes of the process"],
  ]
  const width = Math.max(...places.map(([place]) => place.length))
  const lines = places.map(([place, what]) => `${place.padEnd(width)}   ${what}`)
  return `${[`ocean-sentry ${version}`, "", ...lines, ...(catalog ? wayIn(origin, catalog) : [])].join("\n")}\n`
}

function catalogPlaces(origin: string): Place[] {
  return [
    [`${origin}/v1`, "Port's API, served by the embedded catalog"],
    [`${origin}/ingest/…`, "where webhook data sources of the catalog receive events"],
  ]
}

function wayIn(origin: string, { database }: { database: string }): string[] {
  return [
    "",
    "To look at entities, get the client id and secret with",
    `  ${credentialsCommand(database)}`,
    "a token with",
    `  curl -s ${origin}/v1/auth/access_token -H 'content-type: application/json' \\`,
    `    -d '{"clientId":"…","clientSecret":"…"}'`,
    'and then, with "authorization: Bearer <accessToken>",',
    `  ${origin}/v1/blueprints`,
    `  ${origin}/v1/blueprints/sentryIssue/entities`,
  ]
}
