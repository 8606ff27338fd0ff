// A run that does not come to its end: by a signal, and by a kill that leaves it no time for anything.
import { join } from "node:path"
import { expect, it } from "vitest"
import { openDatabase } from "../../src/database/database.ts"
import { startCatalog } from "../support/catalog.ts"
import { contentOf, type DropInPeers, startPeers } from "../support/drop-in.ts"
import { at } from "../support/engines.ts"
import { binFile, freshFolder, type RunningProgram, runProgram, startProgram } from "../support/program.ts"

it.each([
  { signal: "SIGTERM", code: 143 },
  { signal: "SIGINT", code: 130 },
] as const)(
  "$signal in the middle of a run ends it with $code, reported to Port as aborted",
  async ({ signal, code }) => {
    const { env, simulator, catalog, port } = await startPeers()
    const healed = simulator.faults.add({ path: "/issues/", action: "hang" })
    const program = startProgram([], { env })
    await hasAsked(program, () => simulator.requests.some(({ path }) => path.includes("/issues/")))
    program.kill(signal)
    expect(await program.end).toMatchObject({ code, signal: null })
    expect(port.sentTo("PATCH", /\/resync-state$/).map(({ body }) => at(body, "status"))).toEqual([
      "running",
      "aborted",
    ])
    expect(port.sentTo("POST", /\/bulk\/entities\/delete$/)).toEqual([])

    healed()
    expect(await runProgram([], { env })).toMatchObject({ code: 0 })
    expect(await contentOf(catalog, "sentryIssue")).not.toEqual([])
  },
)

it("a reader that goes away, as `head` does, ends the program with 141 and without a stack trace", async () => {
  const script = `(node ${binFile} --once --embedded --port 0; echo "code $?" >&2) | head -n 1`
  const { stdout, output } = await runProgram([script], { command: ["sh", "-c"] })
  expect(stdout.trim().split("\n")).toHaveLength(1)
  expect(output).toContain("code 141")
})

it("kill -9 at any point leaves a catalog that the next run makes equal to a fresh one", async () => {
  const peers = await startPeers()
  const { simulator, organization, sentryEnv: env } = peers
  const args = ["--once", "--embedded", "--port", "0"]
  const folder = freshFolder()

  // During the first run, with nothing or something written; then during a run that has to update and delete.
  for (const afterRequests of [3, 6]) {
    await killInTheMiddle(peers, { args, folder, afterRequests })
  }
  expect(await runProgram(args, { folder, env })).toMatchObject({ code: 0 })
  const [gone, ...rest] = [...organization.issues.keys()]
  organization.deleteIssue(gone ?? "")
  expect(rest.length).toBeGreaterThan(0)
  organization.addIssue("api", { title: "came later", environment: "staging" })
  await killInTheMiddle(peers, { args, folder, afterRequests: 5 })

  simulator.faults.clear()
  const last = await runProgram(args, { folder, env })
  expect(last.code).toBe(0)
  expect(last.output).not.toContain("Not deleted:")
  const fresh = freshFolder()
  expect(await runProgram(args, { folder: fresh, env })).toMatchObject({ code: 0 })
  const expected = await everythingIn(fresh)
  expect(expected.sentryIssue).toHaveLength(organization.issues.size)
  expect(await everythingIn(folder)).toEqual(expected)
})

async function killInTheMiddle(
  { simulator, sentryEnv }: DropInPeers,
  { args, folder, afterRequests }: { args: string[]; folder: string; afterRequests: number },
): Promise<void> {
  simulator.resetCounts()
  const healed = simulator.faults.add({ path: "/api/0/", action: { delayMs: 100 } })
  const program = startProgram(args, { folder, env: sentryEnv })
  await hasAsked(program, () => simulator.counts().total >= afterRequests)
  program.kill("SIGKILL")
  expect(await program.end).toMatchObject({ code: null, signal: "SIGKILL" })
  expect(program.output()).not.toContain("Resync completed")
  healed()
}

/** Resolves when Sentry has been asked so much; fails when the program ends before. */
async function hasAsked(program: RunningProgram, isSo: () => boolean): Promise<void> {
  let ended = false
  void program.end.finally(() => {
    ended = true
  })
  while (!isSo()) {
    if (ended) throw new Error(`the program ended too early:\n${program.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function everythingIn(folder: string): Promise<Record<string, unknown[]>> {
  const database = await openDatabase(join(folder, ".ocean-sentry/ocean-sentry.db"))
  const catalog = await startCatalog({ database })
  try {
    const blueprints = ["sentryUser", "sentryTeam", "sentryProjectEnvironment", "sentryIssue"]
    const lists = await Promise.all(blueprints.map((blueprint) => contentOf(catalog, blueprint)))
    return Object.fromEntries(blueprints.map((name, index) => [name, lists[index] ?? []]))
  } finally {
    await catalog.close()
  }
}
