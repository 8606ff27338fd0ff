// The first minute of a newcomer: no settings at all.
import { once } from "node:events"
import { existsSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it, onTestFinished } from "vitest"
import { at } from "../support/engines.ts"
import { freshFolder, runProgram, startProgram } from "../support/program.ts"

const clone = fileURLToPath(new URL("../..", import.meta.url))
const row = /^issue-tag +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)$/m

it("without settings the demo fills the catalog, serves it, and finds everything unchanged at its second start", async () => {
  const folder = freshFolder()
  const first = startProgram([], { folder })
  const [, url = ""] = await first.waitFor(/embedded catalog at (http:\/\/127\.0\.0\.1:\d+)/)
  await first.waitFor(/Ctrl-C ends it/)
  const [, , mapped, created, , unchanged] = await first.waitFor(row)
  expect(Number(created)).toBeGreaterThan(100)
  expect(created).toBe(mapped)
  expect(unchanged).toBe("0")
  expect(first.output()).toContain("Resync completed")
  expect(first.output()).not.toMatch(/WARNING|ERROR|Worth a look/)

  const ready = await fetch(`${url}/health/ready`)
  expect(ready.status).toBe(200)
  expect(await issuesAt(url, folder)).toHaveLength(Number(mapped))
  first.kill("SIGTERM")
  expect(await first.end).toMatchObject({ code: 0, signal: null })

  const second = startProgram([], { folder })
  await second.waitFor(/Ctrl-C ends it/)
  const again = await second.waitFor(row)
  expect(again.slice(2)).toEqual([mapped, "0", "0", mapped, "0", "0", "0"])
  second.kill("SIGINT")
  expect(await second.end).toMatchObject({ code: 0, signal: null })
})

it("`npm start` in a clone starts the demo, on the next free port where the usual one is taken", async () => {
  const taken = createServer()
  taken.once("error", () => undefined) // taken by somebody else, which serves as well
  taken.listen(8_000, "127.0.0.1")
  await Promise.race([once(taken, "listening"), once(taken, "close"), once(taken, "error")])
  onTestFinished(() => void taken.close())

  const folder = freshFolder()
  const program = startProgram(["--prefix", clone, "start", "--", "--database", join(folder, "demo.db")], {
    command: ["npm"],
    folder,
  })
  const [, port] = await program.waitFor(/embedded catalog at http:\/\/127\.0\.0\.1:(\d+)/)
  expect(Number(port)).toBeGreaterThan(8_000)
  await program.waitFor(/Resync completed/)
  await program.waitFor(/npm start -- catalog credentials/)
  expect(existsSync(join(folder, "demo.db"))).toBe(true)
  program.kill("SIGTERM")
  await program.end // its streams, too: npm itself is gone at once, the program a moment later
  await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow()
})

it("the demo does not move away from a port that was chosen", async () => {
  const taken = createServer()
  taken.listen(0, "127.0.0.1")
  await once(taken, "listening")
  onTestFinished(() => void taken.close())
  const port = String(at(taken.address(), "port"))
  const { code, output } = await runProgram(["--port", port])
  expect(code).toBe(3)
  expect(output).toContain(`cannot listen on 127.0.0.1:${port}`)
  expect(output).toContain("choose another port with --port")
})

/** As the program's own hint says: credentials from the verb, a token from the API, then the entities. */
async function issuesAt(url: string, folder: string): Promise<unknown> {
  const { code, stdout } = await runProgram(
    ["catalog", "credentials", "--database", ".ocean-sentry/demo.db"],
    { folder },
  )
  expect(code).toBe(0)
  const clientId = /CLIENT_ID=(\S+)/.exec(stdout)?.[1]
  const clientSecret = /CLIENT_SECRET=(\S+)/.exec(stdout)?.[1]
  const signedIn = await fetch(`${url}/v1/auth/access_token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ clientId, clientSecret }),
  })
  const authorization = `Bearer ${String(at(await signedIn.json(), "accessToken"))}`
  const listed = await fetch(`${url}/v1/blueprints/sentryIssue/entities`, { headers: { authorization } })
  return at(await listed.json(), "entities")
}
