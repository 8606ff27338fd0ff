// Four processes on one PostgreSQL in their roles: one resync at a time, taken over when its process dies or stands still,
// and in the end the catalog that a single fresh run would have made.
import { describe, expect, it } from "vitest"
import { issueBody } from "../support/live.ts"
import type { LiveProgram } from "../support/live-program.ts"
import { runProgram } from "../support/program.ts"
import { askForResync, type Replicas, statesIn, until, useReplicas } from "../support/replicas.ts"

const server = process.env.TEST_POSTGRES_URL ?? ""
/** More of them, and longer, by `npm run kill-test-replicas`. */
const rounds = Number(process.env.TEST_REPLICA_KILLS ?? 4)

describe.skipIf(server === "")("replicas in roles", { timeout: 240_000 }, () => {
  it("make one resync at a time, whoever is asked for it", async () => {
    const replicas = await useReplicas(server)
    // The list's first page takes so long that a single run can start, and be told, in the meantime.
    replicas.simulator.faults.add({ path: "/issues/", times: 1, action: { delayMs: 10_000 } })
    const [first, , , api] = await Promise.all([
      replicas.startAs("resync"),
      replicas.startAs("all"),
      replicas.startAs("live"),
      replicas.startAs("api"),
    ])
    replicas.port.sent.length = 0
    expect(await askForResync(api as LiveProgram)).toBe(202)
    await until(() => statesIn(replicas).includes("running"), "a resync runs")
    // Beside it a single run has nothing to do; it is told who does it.
    const { program } = first as LiveProgram
    const once = await runProgram(["--once"], { folder: program.folder, env: replicas.onceEnv })
    expect(once.output).toContain("nothing was done: another process resyncs the same integration")
    expect(once.code).toBe(5)
    await until(() => statesIn(replicas).includes("completed"), "it ends")
    expect(statesIn(replicas)).toEqual(["running", "completed"])
  })

  it("take over a resync whose process stands still, which writes nothing when it goes on", async () => {
    const replicas = await useReplicas(server)
    const { simulator, organization } = replicas
    const first = await replicas.startAs("resync")
    const second = await replicas.startAs("resync")
    const [id = ""] = organization.issues.keys()
    organization.resolve(id)
    simulator.faults.add({ path: "/issues/", times: 1, action: { delayMs: 3_000 } })
    replicas.port.sent.length = 0
    expect(await askForResync(second)).toBe(202)
    await until(() => statesIn(replicas).includes("running"), "a resync runs")
    const holder = await holderOf(replicas)
    const frozen = holder === first.program.pid ? first : second
    frozen.program.kill("SIGSTOP")
    await until(() => statesIn(replicas).includes("completed"), "the other one resyncs")
    const before = replicas.port.sent.length
    frozen.program.kill("SIGCONT")
    await frozen.program.waitFor(/This resync was given up/)
    const late = replicas.port.sent
      .slice(before)
      .filter(({ method, path }) => method !== "GET" && /entities|resync-state/.test(path))
    expect(late.map(({ method, path }) => `${method} ${path}`)).toEqual([])
    await until(
      async () => (await holderOf(replicas)) === undefined,
      "the one that resynced is through with it",
    )
    expect((await replicas.statuses()).get(id)).toBe("resolved")
  })

  it("may be killed at any time: the catalog is in the end that of a fresh run, and no event is lost", async () => {
    const replicas = await useReplicas(server)
    const { organization } = replicas
    const roles = ["resync", "resync", "live", "all"]
    const running = await Promise.all(roles.map((role) => replicas.startAs(role)))
    const ids = [...organization.issues.keys()]
    const acknowledged = new Set<string>()
    for (let round = 0; round < rounds; round++) {
      const id = ids[(round * 7) % ids.length] ?? ""
      const at = round % roles.length
      const others = running.filter((_, index) => index !== at)
      await askForResync(others[0] as LiveProgram)
      organization.resolve(id)
      const status = await others.at(-1)?.deliver("issue", issueBody("resolved", id))
      if (status === 200) acknowledged.add(id)
      running[at]?.program.kill("SIGKILL")
      running[at] = await replicas.startAs(roles[at] ?? "all")
      organization.addIssue("api", { title: `new in round ${round}`, at: organization.clock.now() - 60_000 })
    }
    expect(acknowledged.size).toBeGreaterThan(0)
    await replicas.settled()
    replicas.port.sent.length = 0
    expect(await askForResync(running[3] as LiveProgram)).toBe(202)
    // A resync of an earlier round may end first, which has not seen what came last.
    const hasBegunAndEnded = () => {
      const states = statesIn(replicas)
      return states.includes("running") && states.lastIndexOf("completed") > states.lastIndexOf("running")
    }
    await until(hasBegunAndEnded, "the last resync ends")
    await replicas.settled()

    const events = await replicas.log.list({ limit: 1_000 })
    expect(events.filter(({ state }) => state !== "done")).toEqual([])
    const statuses = await replicas.statuses()
    for (const id of acknowledged) expect(statuses.get(id)).toBe("resolved")
    for (const { program } of running) program.kill("SIGTERM")
    for (const { program } of running) expect(await program.end).toMatchObject({ code: 0 })
    const made = await replicas.contents("issue")
    expect(made.size).toBe(organization.issues.size)
    // A single run, alone and from nothing of what the others remember, finds nothing to change.
    replicas.port.sent.length = 0
    const fresh = await runProgram(["--once"], {
      env: { ...replicas.onceEnv, OCEAN__DATABASE__URL: ":memory:" },
    })
    expect(fresh.code).toBe(0)
    expect(replicas.port.sentTo("POST", /entities\/bulk/)).toEqual([])
    expect(replicas.port.sentTo("POST", /entities\/delete/)).toEqual([])
    expect(await replicas.contents("issue")).toEqual(made)
  })
})

/** The process that resyncs at this moment. */
async function holderOf({ database }: Replicas): Promise<number | undefined> {
  const row = await database
    .kysely<{ leases: { name: string; holder: string; expires_at: number } }>()
    .selectFrom("leases")
    .select("holder")
    .where("name", "=", "resync pipeline")
    .where("expires_at", ">", Date.now())
    .executeTakeFirst()
  return row && Number(row.holder.split("/").at(-2))
}
