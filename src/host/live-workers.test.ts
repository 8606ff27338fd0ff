import { createHmac } from "node:crypto"
import { describe, expect, it } from "vitest"
import {
  hastyClock,
  hostDefaults,
  idleWorkers,
  loopbackHttp,
  openHostDatabase,
  openHostStore,
  putInstallation,
  startReceiver,
  workUntilEnd,
} from "../../test/support/host-parts.ts"
import { until } from "../../test/support/replicas.ts"
import { silentLogger } from "../common/logger.ts"
import { createInbox } from "./inbox.ts"
import { createLiveWorkers } from "./live-workers.ts"

const sign = (bytes: Uint8Array, secret: string) => createHmac("sha256", secret).update(bytes).digest("hex")
const isSigned = (bytes: Uint8Array, signature: string | undefined, secret: string) =>
  signature === sign(bytes, secret)

async function openHost() {
  const database = await openHostDatabase()
  const store = await openHostStore(database)
  const common = { store, log: silentLogger, clock: hastyClock }
  /** Each knows no secret from before. */
  const openInbox = () =>
    createInbox({
      ...common,
      database,
      isSigned,
      maxBytes: 1_000_000,
      mostWaiting: 10_000,
      onAppended: () => undefined,
    })
  const inbox = openInbox()
  /** By the body; else what is signed is taken. */
  const answers = new Map<string, number[]>()
  const receiver = await startReceiver((signature, body) => {
    const current = started.findLast(({ isStopped }) => !isStopped)
    const known = current?.one.secrets["sentry.webhookSecret"] ?? ""
    return isSigned(Buffer.from(body), signature, known) ? (answers.get(body)?.shift() ?? 200) : 401
  })
  const { workers, started } = idleWorkers(receiver.url)
  return {
    store,
    inbox,
    started,
    answers,
    receiver,
    live: (most: { mostLive?: number; idleMs?: number } = {}) =>
      createLiveWorkers({
        ...common,
        workers,
        inbox,
        host: hostDefaults,
        http: loopbackHttp(),
        sign,
        mostLive: 4,
        idleMs: 60_000,
        ...most,
      }),
    async deliver(id: string, secret: string, body: string) {
      const headers = { "sentry-hook-signature": sign(Buffer.from(body), secret) }
      const path = `/in/${id}/integration/webhook`
      const answer = await openInbox().routes.request(path, { method: "POST", headers, body })
      expect(answer.status).toBe(200)
    },
    async put(id: string, webhookSecret: string, organization = "acme") {
      await putInstallation(store, id, { sentry: { organization, webhookSecret } })
    },
  }
}

describe("acknowledged events of an installation", () => {
  it("go to a process that knows the installation as it is now", async () => {
    const host = await openHost()
    await host.put("acme", "first")
    workUntilEnd(host.live().work)
    await host.deliver("acme", "first", "one")
    await until(() => host.receiver.taken.length === 1, "the first is taken")
    await host.put("acme", "second", "another")
    await host.deliver("acme", "second", "two")
    await until(() => host.receiver.taken.length === 2, "the second is taken")
    const seen = host.started.map(({ one, isStopped }) => [one.spec.sentry.organization, isStopped])
    expect(seen).toEqual([
      ["acme", true],
      ["another", false],
    ])
  })

  it("are taken though the secret they were signed with is another one by now", async () => {
    const host = await openHost()
    await host.put("acme", "first")
    await host.deliver("acme", "first", "one")
    await host.put("acme", "second")
    workUntilEnd(host.live().work)
    await until(() => host.receiver.taken.length === 1, "it is taken")
  })

  it("come again where the process took them not for a reason of its own, and are dropped where they are to blame", async () => {
    const host = await openHost()
    await host.put("acme", "first")
    host.answers.set("one", [401])
    await host.deliver("acme", "first", "one")
    workUntilEnd(host.live().work)
    await until(() => host.receiver.taken.length === 1, "it is taken in the end")
    host.answers.set("no JSON", [400])
    await host.deliver("acme", "first", "no JSON")
    await host.deliver("acme", "first", "two")
    await until(() => host.receiver.taken.length === 2, "the next is taken")
    expect(host.receiver.taken).toEqual(["one", "two"])
    await until(async () => (await host.inbox.due()).length === 0, "nothing waits any more")
  })
})

describe("places for live events", () => {
  it.each([
    ["an installation that always has events", true],
    ["one that keeps its process without any", false],
  ])("are not kept by %s while others wait", async (_, isBusy) => {
    const host = await openHost()
    for (const id of ["acme", "globex"]) await host.put(id, "secret")
    const over = new AbortController()
    await host.deliver("acme", "secret", "acme's")
    workUntilEnd(host.live({ mostLive: 1, idleMs: 10 ** 9 }).work)
    await until(() => host.receiver.taken.length === 1, "acme has the place")
    const flood = (async () => {
      while (isBusy && !over.signal.aborted) await host.deliver("acme", "secret", "acme's")
    })()
    await host.deliver("globex", "secret", "globex's")
    await until(() => host.receiver.taken.includes("globex's"), "globex had its turn")
    if (isBusy) await until(() => host.receiver.taken.at(-1) === "acme's", "acme goes on")
    over.abort()
    await flood
  })
})
