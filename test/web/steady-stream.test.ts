// The stream of changes, as it comes back after answers that are none.
import { describe, expect, it } from "vitest"
import { openSteadyStream } from "../../web/steady-stream.ts"

/** A browser's source, which does what it is told. */
class FakeSource {
  readonly CLOSED = 2
  readyState = 0
  onopen = () => {}
  onerror = () => {}
  open() {
    this.readyState = 1
    this.onopen()
  }
  /** As the browser does where a connection breaks: it connects again by itself. */
  breakOff() {
    this.readyState = 0
    this.onerror()
  }
  /** As it does where the answer is no stream. */
  refuse() {
    this.readyState = 2
    this.onerror()
  }
  close() {
    this.readyState = 2
  }
}

function opened() {
  const sources: FakeSource[] = []
  const told: string[] = []
  const waits: { ms: number; call: () => void; isOff: boolean }[] = []
  const close = openSteadyStream({
    connect() {
      const source = new FakeSource()
      sources.push(source)
      return source as unknown as EventSource // what of one is used
    },
    onOpen: (missed) => told.push(missed ? "open, missed" : "open"),
    onAway: () => told.push("away"),
    onRefused: () => told.push("refused"),
    later(call, ms) {
      const wait = { ms, call, isOff: false }
      waits.push(wait)
      return () => {
        wait.isOff = true
      }
    },
  })
  const last = () => sources.at(-1) as FakeSource
  return { sources, told, waits, close, last }
}

describe("a stream", () => {
  it("leaves a broken connection to the browser, which goes on where it was", () => {
    const { sources, told, waits, last } = opened()
    last().open()
    last().breakOff()
    last().open()
    expect(told).toEqual(["open", "away", "open"])
    expect([sources.length, waits.length]).toEqual([1, 0])
  })

  it("is tried again after a refusal, ever more seldom, and then says that something was missed", () => {
    const { told, waits, last } = opened()
    for (let tries = 0; tries < 7; tries++) {
      last().refuse()
      waits.at(-1)?.call()
    }
    expect(waits.map(({ ms }) => ms)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    last().open()
    expect(told.slice(-3)).toEqual(["away", "refused", "open, missed"])
    last().refuse()
    expect(waits.at(-1)?.ms).toBe(1_000)
  })

  it("is not tried again once it is closed", () => {
    const { waits, last, close } = opened()
    last().refuse()
    close()
    expect(waits).toMatchObject([{ isOff: true }])
    expect(last().readyState).toBe(2)
  })
})
