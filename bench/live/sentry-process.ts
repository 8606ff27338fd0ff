// Sentry in a process of its own that does what the bench tells it: the built-in simulator, whose own webhooks speak of
// each change. It notes when each change was made, and how long each delivery waited for its answer.
import { subscribe } from "node:diagnostics_channel"
import { setTimeout as sleep } from "node:timers/promises"
import { generateOrganization } from "../../src/simulator/generate.ts"
import { type Simulator, startSimulator } from "../../src/simulator/serve.ts"
import type { Acknowledged, Changed, Pace, SentryOrder, SentryReport } from "./sentry-orders.ts"

let simulator: Simulator | undefined
const acknowledged: Acknowledged[] = []

process.on("message", (order: SentryOrder) => void obey(order))

async function obey(order: SentryOrder): Promise<void> {
  if (order.type === "start") {
    simulator = await start(order)
    watchDeliveries(order.webhook.url)
    report({ type: "ready", url: simulator.url, organization: simulator.slug })
  } else if (simulator) {
    const changed = await change(simulator, order.pace)
    await simulator.webhooks.idle()
    report({ type: "changed", changed, acknowledged })
  }
}

async function start(order: SentryOrder & { type: "start" }): Promise<Simulator> {
  const { projects, issuesPerProject, token, latencyMs, webhook } = order
  const organization = generateOrganization({
    projects,
    issuesPerProject,
    resolvedShare: 0,
    archivedShare: 0,
  })
  // Sentry itself gives up after a second; on a slow machine that would lose events, and the longest answers with them.
  const started = await startSimulator({ organization, token, latencyMs, webhookTimeoutMs: 30_000 })
  organization.addApp({
    name: "Software catalog",
    webhookUrl: webhook.url,
    clientSecret: webhook.secret,
    events: ["issue"],
    scopes: ["event:read", "org:read", "project:read"],
    verifyInstall: false,
  })
  return started
}

async function change({ organization }: Simulator, { events, perSecond, issues }: Pace): Promise<Changed[]> {
  const ids = [...organization.issues.keys()].slice(0, issues)
  const changed: Changed[] = []
  const began = performance.now()
  for (let made = 0; made < events; made++) {
    if (perSecond !== undefined) await sleepUntil(began + (made * 1_000) / perSecond)
    const issue = ids[made % ids.length] ?? ""
    // The last change of each issue resolves it, so that its entity shows when that has arrived.
    const further = Math.floor((events - 1 - made) / ids.length)
    const at = Date.now()
    if (further % 2 === 0) organization.resolve(issue)
    else organization.unresolve(issue)
    changed.push({ issue, at })
  }
  return changed
}

async function sleepUntil(moment: number): Promise<void> {
  const wait = moment - performance.now()
  if (wait > 0) await sleep(wait)
}

/** What `fetch` tells on undici's channels, as its documentation has it. */
interface Told {
  request: { origin: string }
  response: { statusCode: number }
}

/** A delivery begins when its request is made; waiting for a turn among the simulator's senders is no part of it. */
function watchDeliveries(webhookUrl: string): void {
  const { origin } = new URL(webhookUrl)
  const began = new WeakMap<object, number>()
  subscribe("undici:request:create", (message) => {
    const { request } = message as Told
    if (request.origin === origin) began.set(request, performance.now())
  })
  subscribe("undici:request:headers", (message) => {
    const { request, response } = message as Told
    const at = began.get(request)
    if (at !== undefined) acknowledged.push({ status: response.statusCode, ms: performance.now() - at })
  })
}

function report(told: SentryReport): void {
  process.send?.(told)
}
