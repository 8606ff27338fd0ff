// `webhooks install` and `webhooks test` as a person runs them, against a simulated Sentry and a receiver in this process.
import { expect, it } from "vitest"
import { readScopes, type Scope } from "../../src/simulator/access.ts"
import { createOrganization } from "../../src/simulator/organization.ts"
import { secret, useLiveEvents } from "../support/live.ts"
import { runProgram, startProgram } from "../support/program.ts"
import { useReceiver } from "../support/receiver.ts"
import { useSimulator } from "../support/simulator.ts"
import { createSmallWorld } from "../support/small-world.ts"

const scopes: Scope[] = [...readScopes, "org:write"]
const base = "https://catalog.example.com"
const secretName = "OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET"

async function start() {
  const organization = createOrganization({ slug: "acme" })
  const simulator = await useSimulator({
    organization,
    tokens: { "a-writers-token": { owner: "user", scopes }, "a-readers-token": { owner: "user" } },
  })
  const env = (token: string, more: Record<string, string> = {}) => ({
    OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: simulator.url,
    OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: "acme",
    OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: token,
    ...more,
  })
  return { organization, simulator, env }
}

it("install creates the integration, prints the secret to be set, and is content the next time", async () => {
  const { organization, env } = await start()
  const first = await runProgram(["webhooks", "install", "--base-url", base], { env: env("a-writers-token") })
  const [app] = organization.apps.values()
  expect(first.code).toBe(0)
  expect(first.stdout).toContain(
    "was created; its webhooks come to https://catalog.example.com/integration/webhook",
  )
  expect(first.stdout).toContain(`${secretName}=${app?.clientSecret}`)
  const configured = env("a-writers-token", { [secretName]: app?.clientSecret ?? "", OCEAN__BASE_URL: base })
  const second = await runProgram(["webhooks", "install"], { env: configured })
  expect(second.code).toBe(0)
  expect(second.stdout).toContain("The configured secret is the integration's.")
  expect(organization.apps.size).toBe(1)
})

it("install says what a person must do where the token may not, and changes nothing in a dry run", async () => {
  const { organization, env } = await start()
  for (const args of [["install"], ["install", "--dry-run"]]) {
    const token = args.length === 1 ? "a-readers-token" : "a-writers-token"
    const { code, stdout } = await runProgram(["webhooks", ...args, "--base-url", base], { env: env(token) })
    expect(code).toBe(4)
    expect(stdout).toMatch(/1\. As an owner or manager .*settings\/acme\/developer-settings/)
    expect(stdout).toContain(secretName)
  }
  expect(organization.apps.size).toBe(0)
})

it("install without an address or Sentry is a mistake of settings, and without an answer no start", async () => {
  const nothing = await runProgram(["webhooks", "install"])
  expect(nothing.code).toBe(2)
  for (const name of ["SENTRY_TOKEN: missing", "SENTRY_ORGANIZATION: missing", "OCEAN__BASE_URL: missing"])
    expect(nothing.output).toContain(name)
  const { env, simulator } = await start()
  simulator.faults.add({ path: /sentry-apps/, action: { status: 500 } })
  const silent = await runProgram(["webhooks", "install", "--base-url", base], {
    env: env("a-writers-token"),
  })
  expect(silent.code).toBe(3)
  const wrong = await runProgram(["webhooks", "install", "--events", "weather", "--base-url", base])
  expect(wrong).toMatchObject({ code: 2, output: expect.stringContaining("none of issue, comment, error") })
})

it("test sends to the running process, and tells apart what is right and wrong", async () => {
  const { env } = await start()
  const live = await useLiveEvents(await createSmallWorld())
  const args = ["webhooks", "test", "--base-url", live.url]
  const right = await runProgram(args, { env: env("a-readers-token", { [secretName]: secret }) })
  expect(right.output).toContain("A wrongly signed delivery was refused.")
  expect(right.output).toContain("The event log is not looked at")
  expect(right.code).toBe(0)
  const wrong = await runProgram([...args, "--json"], {
    env: env("a-readers-token", { [secretName]: "another-secret" }),
  })
  expect(wrong.code).toBe(4)
  expect(JSON.parse(wrong.stdout)).toMatchObject([{ ok: false, what: expect.stringContaining("401") }])
})

it("a simulator told to changes its organization and sends signed webhooks of it", async () => {
  const receiver = await useReceiver()
  const simulator = startProgram([
    ...["simulator", "--port", "0", "--projects", "2", "--issues", "5", "--changes-every", "1"],
    ...["--webhook-url", `${receiver.url}/integration/webhook`, "--webhook-secret", "shared"],
  ])
  await simulator.waitFor(/SENTRY_WEBHOOK_SECRET=shared/)
  const [, shortId = ""] = await simulator.waitFor(/^(\S+) is new in /m)
  simulator.kill("SIGTERM")
  expect((await simulator.end).code).toBe(0)
  expect(receiver.received[0]).toMatchObject({
    body: { action: "created", data: { issue: { shortId } } },
    headers: { "sentry-hook-resource": "issue" },
  })
})

it.each([
  { args: ["simulator", "--webhook-url", "nowhere"], says: "begins with http" },
  { args: ["simulator", "--webhook-secret", "x"], says: "signs nothing without --webhook-url" },
])("`$args` is refused", async ({ args, says }) => {
  const { code, output } = await runProgram(args)
  expect(code).toBe(2)
  expect(output).toContain(says)
})
