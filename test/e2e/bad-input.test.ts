// What a person sees of bad input: one clear line each, the right exit code, and nothing written.
import { expect, it } from "vitest"
import { startPeers } from "../support/drop-in.ts"
import { runProgram } from "../support/program.ts"

it("the older page's command with its placeholders ends with 2 and one line each, and nobody is asked", async () => {
  const { env, simulator, port } = await startPeers()
  const placeholders = {
    OCEAN__PORT__CLIENT_ID: "PORT_CLIENT_ID",
    OCEAN__PORT__CLIENT_SECRET: "string",
    OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "string",
    OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: "string",
  }
  const { code, output } = await runProgram([], { env: { ...env, ...placeholders } })
  expect(code).toBe(2)
  expect(output.trim().split("\n")).toHaveLength(5)
  for (const name of Object.keys(placeholders)) expect(output).toMatch(new RegExp(`^ +${name}: `, "m"))
  expect(simulator.requests).toEqual([])
  expect(port.sent).toEqual([])
})

const html = () =>
  new Response("<html><body>Sign in</body></html>", { headers: { "content-type": "text/html" } })
const json = (body: unknown, status = 200) => Response.json(body, { status })

it.each([
  ["a page of HTML", html],
  ["JSON that is no token", () => json({ ok: true })],
  ["403", () => json({ ok: false, error: "forbidden", message: "not you" }, 403)],
  ["404", () => json({ ok: false, error: "not_found", message: "no route" }, 404)],
  ["429 that stays", () => new Response("", { status: 429, headers: { "retry-after": "0" } })],
  ["500 that stays", () => new Response("", { status: 500, headers: { "retry-after": "0" } })],
])(
  "a Port that answers %s to the token request ends the start with 3, in one line and a hint",
  async (_, answer) => {
    const { env, simulator, port } = await startPeers()
    port.intercept = () => answer()
    const { code, output } = await runProgram([], { env })
    expect(code).toBe(3)
    const lines = output.trim().split("\n")
    expect(lines.filter((line) => line.startsWith("ocean-sentry: "))).toHaveLength(1)
    expect(output).toContain("OCEAN__PORT__BASE_URL")
    expect(port.sent.every(({ path }) => path === "/auth/access_token")).toBe(true)
    expect(simulator.requests).toEqual([])
  },
)
