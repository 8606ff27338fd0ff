// A host in a process of its own, and the worlds that its installations are of.
import { createHmac, randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { JsonObject } from "../../src/common/json.ts"
import { systemClock } from "../../src/common/sleep.ts"
import type { DropInPeers } from "./drop-in.ts"
import { freshFolder, type RunningProgram, startProgram } from "./program.ts"

export const hostToken = "the-token-of-the-host"
export const masterKey = "ab".repeat(32)

export interface Host {
  url: string
  folder: string
  program: RunningProgram
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: JsonObject }>
  /** The runs of an installation, newest first. */
  runs(id: string): Promise<{ outcome: string; trigger: string; said: string | null }[]>
  /** The first run that has ended in this way. */
  ended(id: string, outcome: string): Promise<{ said: string | null }>
  /** The answer's status. */
  deliver(id: string, secret: string, body: JsonObject): Promise<number | undefined>
}

/** `folder`: of an earlier host that is to go on. */
export async function startHost(
  env: Record<string, string> = {},
  folder: string = freshFolder(),
): Promise<Host> {
  const program = startProgram(["host"], {
    folder,
    env: {
      OCEAN__HOST__MASTER_KEY: masterKey,
      OCEAN__HOST__API_TOKEN: hostToken,
      OCEAN__HOST__LIVE_WORKER_IDLE: "3s",
      OCEAN__RESYNC_LEASE: "2s",
      OCEAN__SERVER__PORT: "0",
      ...env,
    },
  })
  const [, url = ""] = await program.waitFor(/host at (http:\S+),/)

  async function request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const answer = await fetch(`${url}/host/installations${path}`, {
      method,
      headers: { authorization: `Bearer ${hostToken}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as JsonObject } // it answers nothing else
  }

  async function runs(id: string) {
    const { body } = await request("GET", `/${id}/runs`)
    return body.runs as { outcome: string; trigger: string; said: string | null }[]
  }

  return {
    url,
    folder,
    program,
    request,
    runs,
    async ended(id, outcome) {
      for (let tries = 0; tries < 600; tries++) {
        const found = (await runs(id)).find((run) => run.outcome === outcome)
        if (found) return found
        await systemClock.sleep(100)
      }
      throw new Error(`no run of ${id} ${outcome}: ${JSON.stringify(await runs(id))}`)
    },
    async deliver(id, secret, body) {
      const text = JSON.stringify(body)
      const answer = await fetch(`${url}/in/${id}/integration/webhook`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "request-id": randomUUID().replaceAll("-", ""),
          "sentry-hook-resource": "issue",
          "sentry-hook-timestamp": String(Math.floor(Date.now() / 1_000)),
          "sentry-hook-signature": createHmac("sha256", secret).update(text).digest("hex"),
        },
        body: text,
      }).catch(() => undefined) // the host was ended, which is what some tests are about
      return answer?.status
    },
  }
}

/** What is written of an installation of this world. */
export function installationOf({ simulator, port, catalog }: DropInPeers, more: JsonObject = {}): JsonObject {
  return {
    sentry: {
      host: simulator.url,
      organization: simulator.slug,
      token: simulator.token,
      webhookSecret: `secret of ${simulator.url}`,
    },
    port: { baseUrl: port.url, clientId: catalog.clientId, clientSecret: catalog.clientSecret },
    interval: "1h",
    ...more,
  }
}

/** All that the host's database has on disk, as text. */
export function storedText(folder: string): string {
  return ["", "-wal"]
    .map((end) => readFileSync(join(folder, `.ocean-sentry/host.db${end}`), "latin1"))
    .join("")
}
