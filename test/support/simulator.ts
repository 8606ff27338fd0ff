// The simulated Sentry for tests: started on a free port, stopped when the test ends.
import { onTestFinished } from "vitest"
import type { JsonValue } from "../../src/common/json.ts"
import type { Clock } from "../../src/common/sleep.ts"
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/serve.ts"

/** Lives until the end of the test that calls this. */
export async function useSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options)
  onTestFinished(() => simulator.close())
  return simulator
}

/** A clock that stands still until it is set; its sleeps end at once and move it. */
export function steppedClock(start: string): Clock & { set(time: string): void } {
  let now = Date.parse(start)
  return {
    now: () => now,
    async sleep(ms) {
      now += ms
    },
    set(time) {
      now = Date.parse(time)
    },
  }
}

export interface Asked {
  status: number
  headers: Headers
  text: string
  /** Undefined where the body is no JSON. */
  body: JsonValue | undefined
}

/** A request below `/api/0/`, a GET unless told otherwise. `token: null` sends none. */
export async function ask(
  server: { url: string; token: string },
  path: string,
  options: { token?: string | null; method?: string; body?: JsonValue } = {},
): Promise<Asked> {
  const token = options.token === undefined ? server.token : options.token
  const response = await fetch(`${server.url}/api/0/${path}`, {
    method: options.method ?? "GET",
    redirect: "manual",
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  const text = await response.text()
  const isJson = text !== "" && !text.startsWith("<")
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  }
}

/** All rows of a paged list, by the cursors of its Link headers; throws where a page is refused or a cursor repeats. */
export async function walk(
  server: { url: string; token: string },
  path: string,
): Promise<{ rows: JsonValue[]; pages: number[] }> {
  const rows: JsonValue[] = []
  const pages: number[] = []
  const seen = new Set<string>()
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const paged: string = cursor === "" ? path : `${path}${path.includes("?") ? "&" : "?"}cursor=${cursor}`
    const answer = await ask(server, paged)
    if (answer.status !== 200 || !Array.isArray(answer.body)) {
      throw new Error(`${answer.status} for ${paged}: ${answer.text.slice(0, 200)}`)
    }
    rows.push(...answer.body)
    pages.push(answer.body.length)
    cursor = nextCursor(answer.headers.get("link"))
    if (cursor !== undefined && seen.has(cursor)) throw new Error(`cursor ${cursor} came twice`)
    if (cursor !== undefined) seen.add(cursor)
  }
  return { rows, pages }
}

function nextCursor(link: string | null): string | undefined {
  return /rel="next"; results="true"; cursor="([^"]+)"/.exec(link ?? "")?.[1]
}
