// Dry runs where several processes answer behind one address: each knows all, and can cancel what another one makes.
import { describe, expect, it } from "vitest"
import { systemClock } from "../../src/common/sleep.ts"
import { openSessionStore } from "../../src/pages/sign-in/session-store.ts"
import type { LiveProgram } from "../support/live-program.ts"
import { send } from "../support/pages.ts"
import { type Replicas, until, useReplicas } from "../support/replicas.ts"

const server = process.env.TEST_POSTGRES_URL ?? ""
const path = "/integration/mapping/dry-runs"

interface Told {
  dryRun: { id: string; status: string; readSoFar: number; totals: { update: number }; rows?: object[] }
}

describe.skipIf(server === "")("a dry run of one of two processes", { timeout: 240_000 }, () => {
  it("is told of by the other one, to its end, with all its changes", async () => {
    const replicas = await useReplicas(server)
    const [first, second] = await signedIn(replicas)
    const [id = ""] = replicas.organization.issues.keys()
    replicas.organization.resolve(id)
    const { dryRun } = (await first("POST", path, {})).body as Told
    let last: Told["dryRun"] | undefined
    await until(async () => {
      last = ((await second("GET", `${path}/${dryRun.id}`)).body as Told).dryRun
      return last.status !== "running"
    }, "the other process knows its end")
    expect(last).toMatchObject({ id: dryRun.id, status: "done", totals: { update: 1 } })
    expect(last?.readSoFar).toBeGreaterThan(0)
    expect(last?.rows).not.toEqual([])
    const { body } = await second("GET", `${path}/${dryRun.id}/changes?what=update`)
    expect(body).toMatchObject({
      total: 1,
      changes: [{ identifier: id, fields: [{ field: "properties.status" }] }],
    })
    expect((await first("GET", `${path}/${dryRun.id}/changes?what=update`)).body).toEqual(body)
    expect((await second("GET", path)).body).toMatchObject({ dryRuns: [{ id: dryRun.id }] })
  })

  it("is the only one, and cancelled by the other one", async () => {
    const replicas = await useReplicas(server)
    const [first, second] = await signedIn(replicas)
    replicas.simulator.faults.add({ path: "/issues/", action: { delayMs: 60_000 } })
    const { dryRun } = (await first("POST", path, {})).body as Told
    const refused = await second("POST", path, {})
    expect(refused).toMatchObject({
      status: 409,
      body: { error: "dry_run_under_way", dryRun: { id: dryRun.id } },
    })
    expect((await second("DELETE", `${path}/${dryRun.id}`)).status).toBe(200)
    await until(async () => {
      const { body } = await second("GET", `${path}/${dryRun.id}`)
      return (body as Told).dryRun.status === "cancelled"
    }, "it is cancelled")
  })
})

/** The same person at two processes. */
async function signedIn(replicas: Replicas) {
  const programs = await Promise.all([replicas.startAs("api"), replicas.startAs("api")])
  const sessions = await openSessionStore(replicas.database, systemClock)
  const { token } = await sessions.issueLink({ role: "admin", name: "Ada" })
  const answer = await send("POST", `${programs[0].url}/integration/session`, { token })
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? ""
  const ask = (program: LiveProgram) => (method: string, at: string, body?: unknown) =>
    send(method, `${program.url}${at}`, body, { cookie, "sec-fetch-site": "same-origin" })
  const both = programs.map(ask)
  for (const one of both)
    await until(async () => (await one("GET", path)).status === 200, "its parts are there")
  return both as [ReturnType<typeof ask>, ReturnType<typeof ask>]
}
