import { describe, expect, it } from "vitest"
import { fakeClock, fixtureText, missing, startFakeSentry } from "../../test/support/fake-sentry.ts"

const signal = new AbortController().signal
const members = "organizations/acme/members/"

describe("asking Sentry", () => {
  it("says who we are and whose token it is", async () => {
    await using sentry = await startFakeSentry((api) => api.get("/*", (context) => context.json([])))

    await collect(sentry.client().members(signal))

    expect(sentry.headers[0]?.get("authorization")).toBe("Bearer sntryi_test")
    expect(sentry.headers[0]?.get("user-agent")).toBe("ocean-sentry/1.2.3")
  })

  it("asks nothing more after the token was refused", async () => {
    await using sentry = await startFakeSentry((api) =>
      api.get("/*", (context) => context.json({ detail: "Invalid token" }, 401)),
    )
    const client = sentry.client()

    const [first] = await collect(client.members(signal))
    const second = await client.project("api", signal)

    expect(first).toMatchObject({ ok: false, why: "token", outcome: { state: "denied" } })
    expect(second).toEqual(first)
    expect(sentry.asked).toHaveLength(1)
  })

  it("tries again after an error of the server's", async () => {
    let tries = 0
    await using sentry = await startFakeSentry((api) =>
      api.get("/*", (context) => (++tries < 3 ? context.json({}, 500) : context.json([{ id: "1" }]))),
    )

    expect(await collect(sentry.client().members(signal))).toEqual([{ ok: true, value: [{ id: "1" }] }])
  })

  it("fails with the server's words after five retries", async () => {
    await using sentry = await startFakeSentry((api) =>
      api.get("/*", (context) => context.json({ detail: "Internal Error" }, 503)),
    )

    const [answer] = await collect(sentry.client().members(signal))

    expect(answer).toMatchObject({ ok: false, why: "server", status: 503 })
    expect(sentry.asked).toHaveLength(6)
  })

  it("gives a server that does not answer as a failure with the address", async () => {
    const gone = await startFakeSentry(() => undefined)
    const client = gone.client()
    await gone[Symbol.asyncDispose]()

    const [answer] = await collect(client.members(signal))

    expect(answer).toMatchObject({ ok: false, why: "no-answer", status: undefined })
    expect(answer?.ok === false && answer.outcome.reason).toContain(members)
  })

  it("throws only when it is cancelled", async () => {
    await using sentry = await startFakeSentry((api) => api.get("/*", (context) => context.json([])))
    const cancelled = AbortSignal.abort()

    await expect(collect(sentry.client().members(cancelled))).rejects.toThrow(/abort/i)
  })

  it("follows a project to its new name", async () => {
    const moved = JSON.parse(fixtureText("sentry/errors/302.project-moved.json")) as {
      body: Record<string, unknown>
    } // written in this form
    await using sentry = await startFakeSentry((api) => {
      api.get("/projects/acme/old/", (context) =>
        context.json(moved.body, 302, { location: "/api/0/projects/acme/new/" }),
      )
      api.get("/projects/acme/new/", (context) => context.json({ id: "7", slug: "new" }))
    })

    expect(await sentry.client().project("old", signal)).toMatchObject({ ok: true, value: { slug: "new" } })
    expect(sentry.headers[1]?.get("authorization")).toBe("Bearer sntryi_test")
  })

  it("keeps the token from another host", async () => {
    await using other = await startFakeSentry((api) => api.get("/*", (context) => context.json([])))
    await using sentry = await startFakeSentry((api) =>
      api.get("/*", (context) => context.redirect(`${other.url}/api/0/${members}`)),
    )

    const [answer] = await collect(sentry.client().members(signal))

    expect(answer).toMatchObject({ ok: false, why: "moved" })
    expect(other.asked).toHaveLength(0)
  })

  it("does not run in circles", async () => {
    await using sentry = await startFakeSentry((api) =>
      api.get("/*", (context) => context.redirect(new URL(context.req.url).pathname)),
    )

    expect(await collect(sentry.client().members(signal))).toMatchObject([{ ok: false, why: "moved" }])
    expect(sentry.asked).toHaveLength(4)
  })
})

describe("a refusal for asking too often", () => {
  const start = Date.parse("2026-11-20T10:15:00Z")

  it("is waited out by the server's clock, as often as it comes", async () => {
    const clock = fakeClock(start)
    let refusals = 0
    await using sentry = await startFakeSentry((api) =>
      api.get("/*", (context) =>
        ++refusals <= 10
          ? context.json("You are attempting to use this endpoint too frequently.", 429, {
              date: new Date(start - 3_600_000).toUTCString(),
              "x-sentry-rate-limit-remaining": "0",
              "x-sentry-rate-limit-reset": String((start - 3_600_000) / 1_000 + 7),
            })
          : context.json([{ id: "1" }]),
      ),
    )

    const pages = await collect(sentry.client({ clock }).members(signal))

    expect(pages).toEqual([{ ok: true, value: [{ id: "1" }] }])
    expect(clock.slept).toEqual(Array(10).fill(7_000))
  })

  it("is a failure when it does not end before the deadline", async () => {
    const clock = fakeClock(start)
    await using sentry = await startFakeSentry((api) =>
      api.get("/*", (context) => context.json({ detail: "too frequently" }, 429, { "retry-after": "60" })),
    )

    const pages = await collect(sentry.client({ clock, refusalDeadlineMs: 300_000 }).members(signal))

    expect(pages).toMatchObject([{ ok: false, why: "busy", outcome: { state: "failed" } }])
    expect(sentry.asked).toHaveLength(6)
  })
})

describe("Sentry's clock", () => {
  it("is read from the answers", async () => {
    const clock = fakeClock()
    const ahead = clock.now() + 3_600_000
    await using sentry = await startFakeSentry((api) =>
      api.get("/*", (context) => context.json(missing, 404, { date: new Date(ahead).toUTCString() })),
    )
    const client = sentry.client({ clock })

    await client.project("api", signal)

    expect(client.serverNow()).toBe(ahead)
  })
})

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(page)
  return all
}
