// The self-test: a delivery as Sentry would make it, to our own public address, and one that must be refused.
import { randomUUID } from "node:crypto"
import { errorText } from "../../common/errors.ts"
import { type HttpAnswer, type HttpClient, NoAnswer } from "../../common/http-client.ts"
import { isJsonObject, parseJson } from "../../common/json.ts"
import type { Clock } from "../../common/sleep.ts"
import { unreachableBySentry } from "./address.ts"
import { signatureOf } from "./signature.ts"

export interface SelfTestDeps {
  /** The public address of the webhook route. */
  url: string
  sentryHost: string
  /** Undefined where none is configured: then only the way is tested. */
  secret: string | undefined
  /** Tries once. */
  http: HttpClient
  /** Whether our event log has an event of this request id; undefined where there is no log to look into. */
  arrived?: ((requestId: string) => Promise<boolean>) | undefined
  clock: Clock
}

export interface SelfTestFinding {
  ok: boolean
  what: string
  /** What to do about it. */
  hint?: string
}

/** Sentry gives a delivery up after this time, and does not make it again. */
const sentryPatienceMs = 1_000
const arrivalTries = 20

export async function selfTest(deps: SelfTestDeps, signal: AbortSignal): Promise<SelfTestFinding[]> {
  const unreachable = unreachableBySentry(deps.url, deps.sentryHost)
  const findings: SelfTestFinding[] = unreachable
    ? [{ ok: false, what: `${unreachable}.`, hint: "set the base URL to the public address of this process" }]
    : []
  const requestId = randomUUID().replaceAll("-", "")
  const taken = await deliver(deps, { requestId, signed: deps.secret !== undefined }, signal)
  findings.push(takenFinding(deps, taken))
  if (!("answer" in taken) || !isTaken(taken.answer)) return findings
  if (taken.tookMs > sentryPatienceMs) findings.push(tooSlow(taken.tookMs))
  if (deps.arrived) findings.push(await arrivalFinding(deps, deps.arrived, requestId))
  if (deps.secret !== undefined) {
    findings.push(refusalFinding(await deliver(deps, { requestId: undefined, signed: false }, signal)))
  }
  return findings
}

type Delivered = { answer: HttpAnswer; tookMs: number } | { noAnswer: string }

async function deliver(
  { url, secret, http, clock }: SelfTestDeps,
  { requestId, signed }: { requestId: string | undefined; signed: boolean },
  signal: AbortSignal,
): Promise<Delivered> {
  // The HTTP client writes a body as JSON.stringify does, so these are the bytes that go out.
  const body = {
    action: "sent",
    installation: { uuid: randomUUID() },
    data: {},
    actor: { type: "self-test" },
  }
  const bytes = Buffer.from(JSON.stringify(body))
  const key = signed ? (secret ?? "") : "a key that nobody has"
  const begun = clock.now()
  try {
    const answer = await http({
      method: "POST",
      url,
      headers: {
        "user-agent": "ocean-sentry self-test",
        "request-id": requestId ?? randomUUID().replaceAll("-", ""),
        "sentry-hook-resource": "self-test",
        "sentry-hook-timestamp": String(Math.floor(clock.now() / 1_000)),
        ...(secret === undefined ? {} : { "sentry-hook-signature": signatureOf(bytes, key).toString("hex") }),
      },
      body,
      repeatable: false,
      signal,
    })
    return { answer, tookMs: clock.now() - begun }
  } catch (error) {
    if (error instanceof NoAnswer) return { noAnswer: errorText(error) }
    throw error
  }
}

function isTaken({ status, text }: HttpAnswer): boolean {
  const body = parseJson(text)
  return status === 200 && isJsonObject(body) && body.status === "ok"
}

function takenFinding({ url, secret }: SelfTestDeps, delivered: Delivered): SelfTestFinding {
  if ("noAnswer" in delivered) {
    const hint = "check that the process runs, that the address is the public one, and what stands before it"
    return { ok: false, what: `Nobody answers at ${url}: ${delivered.noAnswer}.`, hint }
  }
  const { answer } = delivered
  const sent = `${secret === undefined ? "An unsigned" : "A signed"} delivery to ${url}`
  if (!isTaken(answer)) return { ok: false, ...whyNotTaken(sent, answer) }
  return secret === undefined
    ? {
        ok: false,
        what: `${sent} was taken, but no secret is configured: anybody may send one, so events are only hints to look at an issue, and comments and alerts are not believed.`,
        hint: "configure the client secret of the integration",
      }
    : { ok: true, what: `${sent} was taken in ${delivered.tookMs} ms.` }
}

function whyNotTaken(sent: string, { status, headers, text }: HttpAnswer): { what: string; hint: string } {
  const what = `${sent} was answered ${status}`
  if (status >= 300 && status < 400) {
    return {
      what: `${what}, a redirect to ${headers.get("location") ?? "nowhere"}. Sentry does not follow it, and counts the event as delivered.`,
      hint: "set the base URL to the address that answers without a redirect",
    }
  }
  if (status === 401) {
    return {
      what: `${what}: the running process does not take its signature.`,
      hint: "the running process and this command must be configured with the same secret; behind a login page, let the route pass",
    }
  }
  if (status === 404 || status === 405) {
    return { what: `${what}: there is no webhook route.`, hint: "check the base URL and the path prefix" }
  }
  if (status === 200) {
    return { what: `${what}, but not by this program.`, hint: "check what answers at the base URL" }
  }
  const body = parseJson(text)
  const said = isJsonObject(body) && typeof body.message === "string" ? `: ${body.message}` : ""
  return { what: `${what}${said}.`, hint: "see the log of the running process, and what stands before it" }
}

function tooSlow(tookMs: number): SelfTestFinding {
  return {
    ok: false,
    what: `The answer took ${tookMs} ms; Sentry waits ${sentryPatienceMs} ms and does not send again.`,
    hint: "look for what is slow between Sentry and this process",
  }
}

/** It is written down before it is answered, so it is there at once, or never. */
async function arrivalFinding(
  { clock }: SelfTestDeps,
  arrived: (requestId: string) => Promise<boolean>,
  requestId: string,
): Promise<SelfTestFinding> {
  for (let tries = 0; tries < arrivalTries; tries++) {
    if (await arrived(requestId)) return { ok: true, what: "It is in the event log." }
    await clock.sleep(50)
  }
  return {
    ok: false,
    what: "It is not in the event log of this database: another process, with another database, answers there.",
    hint: "look into the database of the running process, and check the base URL",
  }
}

function refusalFinding(delivered: Delivered): SelfTestFinding {
  if ("noAnswer" in delivered) {
    return { ok: false, what: `A wrongly signed delivery got no answer: ${delivered.noAnswer}.` }
  }
  const { status } = delivered.answer
  if (status === 401) return { ok: true, what: "A wrongly signed delivery was refused." }
  return {
    ok: false,
    what: `A wrongly signed delivery was answered ${status} instead of 401.`,
    hint: "the running process checks no signatures: configure its secret, and restart it",
  }
}
