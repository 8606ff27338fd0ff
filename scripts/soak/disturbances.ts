// Faults that come and go on both sides of the program, one episode after another, the same ones for the same seed.
import type { FaultAction, Faults } from "../../src/simulator/faults.ts"
import type { Random } from "../../src/simulator/random.ts"
import type { Interception, SentToPort } from "../../test/support/port-proxy.ts"

export interface Disturbances {
  /** What happens to a request to Port now. */
  portFault(sent: SentToPort): Interception
  /** Ends what goes on and begins something else, or nothing, for the while that comes. */
  next(): string
  /** Ends what goes on. */
  calm(): void
}

const html = "<html><body>Bad gateway</body></html>"

const sentryPaths = [/\/issues\//, /\/members\//, /\/teams\//, /\/projects\//, /\/tags\//, /./]
const sentryActions: readonly FaultAction[] = [
  { status: 500 },
  { status: 503 },
  { status: 502, body: html, headers: { "content-type": "text/html" } },
  { status: 429, headers: { "retry-after": "1" } },
  { status: 403, body: { detail: "You do not have permission to perform this action." } },
  { delayMs: 400 },
  "reset",
  "half-body",
  "html",
  "hang",
]

const portPaths = [
  /\/entities\/bulk$/,
  /\/entities(\/bulk)?$/,
  /\/search$/,
  /datasource-entities$/,
  /bulk\/entities\/delete$/,
  /^\/blueprints\/[^/]+$/,
  /^\/integration\/[^/]+$/,
  /resync-request$/,
  /resync-state$/,
  /examples$/,
  /access_token$/,
  /./,
]
const answerOf = (status: number, headers: Record<string, string> = {}) =>
  Response.json({ ok: false, error: "struck", message: "by the soak" }, { status, headers })
const portAnswers: readonly (() => Interception)[] = [
  () => answerOf(500),
  () => answerOf(503),
  () => new Response(html, { status: 502 }),
  () => new Response(html, { status: 200 }),
  () => answerOf(429),
  () => answerOf(429, { "retry-after": "1" }),
  () => answerOf(401),
  () => answerOf(403),
  () => "hang-up",
  () => "lost-answer",
  () => "half-answer",
]

export function createDisturbances(faults: Faults, random: Random): Disturbances {
  let atPort: { path: RegExp; answer: () => Interception; share: number } | undefined
  const calm = () => {
    faults.clear()
    atPort = undefined
  }
  return {
    calm,
    portFault: ({ path }) =>
      atPort?.path.test(path) && random.chance(atPort.share) ? atPort.answer() : undefined,
    next() {
      calm()
      const share = random.pick([0.1, 0.3, 1])
      const side = random.pick(["Sentry", "Port", "both", "neither"])
      const told: string[] = []
      if (side === "Sentry" || side === "both") {
        const rule = {
          path: random.pick(sentryPaths),
          action: random.pick(sentryActions),
          probability: share,
        }
        faults.add(rule)
        told.push(`Sentry ${JSON.stringify(rule.action)} on ${rule.path}`)
      }
      if (side === "Port" || side === "both") {
        atPort = { path: random.pick(portPaths), answer: random.pick(portAnswers), share }
        told.push(`Port ${describe(atPort.answer())} on ${atPort.path}`)
      }
      return told.length === 0 ? "calm" : `${told.join(", ")} (${share * 100} %)`
    },
  }
}

function describe(answer: Interception): string {
  return answer instanceof Response ? String(answer.status) : String(answer)
}
