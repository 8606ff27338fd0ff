// This machine: can the database be opened and written, and is the port free.
import { Hono } from "hono"
import { errorText } from "../../common/errors.ts"
import { isJsonObject } from "../../common/json.ts"
import { inspectDatabase } from "../../database/inspect-database.ts"
import { listen } from "../http-server.ts"
import { type Finding, fine, found } from "./finding.ts"

/** `place` is undefined where a run keeps nothing. */
export async function checkDatabase(place: string | undefined): Promise<Finding> {
  if (place === undefined)
    return fine(
      "A single run against Port keeps nothing on disk; it deletes only what it can trace without a record.",
    )
  const { engine, exists, problem } = await inspectDatabase(place)
  const name = engine === "postgres" ? "The PostgreSQL database" : `The database ${place}`
  if (problem !== undefined)
    return found(
      "no-start",
      `${name} cannot be used: ${problem}.`,
      engine === "postgres"
        ? "check OCEAN__DATABASE__URL, that the server runs, and the user's rights"
        : "check the rights, or choose another place with --database or OCEAN__DATABASE__URL",
    )
  return fine(exists ? `${name} opens and may be written.` : `${name} does not exist yet and can be made.`)
}

export interface ListenOn {
  port: number
  host: string | undefined
  /** Further ports that a start would try. */
  furtherPorts: number
}

export async function checkListening({ port, host, furtherPorts }: ListenOn): Promise<Finding> {
  const address = `${host ?? "127.0.0.1"}:${port}`
  try {
    const server = await listen(new Hono(), { port, host, furtherPorts: 0, isSeldomAsked: true })
    await server.close()
    return fine(port === 0 ? "It listens on any free port." : `${address} is free.`)
  } catch (error) {
    const other = await whoIsThere(port, host)
    if (other !== undefined)
      return found(
        "note",
        `${address} is taken by a running ocean-sentry (${other}).`,
        "fine if that is this one; else choose another --port",
      )
    if (furtherPorts > 0) return found("note", `${address} is taken: a start takes the next free port.`)
    return found("no-start", `${errorText(error)}.`, "choose another port with --port or OCEAN__SERVER__PORT")
  }
}

/** The version of a program like this one that answers there. */
async function whoIsThere(port: number, host: string | undefined): Promise<string | undefined> {
  const name = host === undefined || host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host
  try {
    const answer = await fetch(`http://${name.includes(":") ? `[${name}]` : name}:${port}/health/live`, {
      signal: AbortSignal.timeout(2_000),
    })
    const body: unknown = await answer.json()
    return isJsonObject(body) && typeof body.core_version === "string" ? body.core_version : undefined
  } catch {
    return undefined // something else, or nothing that speaks HTTP
  }
}
