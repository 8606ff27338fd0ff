// Sentry's API as functions: one for each endpoint we ask. Lives for one run, since it remembers what it found out.
import type { HttpClient } from "../common/http-client.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import { type AccountApi, accountApi } from "./api/account.ts"
import { type EventsApi, eventsApi } from "./api/events.ts"
import { type IssuesApi, issuesApi } from "./api/issues.ts"
import { type OrganizationApi, organizationApi } from "./api/organization.ts"
import { type PeopleApi, peopleApi } from "./api/people.ts"
import { type ProjectsApi, projectsApi } from "./api/projects.ts"
import { createCalls } from "./calls.ts"
import { createGetter, type Getter } from "./get.ts"
import { createRateLimits, type RateLimits } from "./rate-limits.ts"
import { sentryRetryPolicy } from "./retry-policy.ts"
import type { SentrySettings } from "./settings.ts"

export interface SentryClientDeps {
  /** With `sentryRetryPolicy()`: 5xx and lost connections are its work, 429 is ours. */
  http: HttpClient
  settings: SentrySettings
  log: Logger
  clock?: Clock
  /** Shared by all clients of one token, so that they keep its limits together. Default: limits of its own. */
  limits?: RateLimits
  /** The first wait before a retry that `http` does not decide, in milliseconds. Default: 500. */
  retryBaseMs?: number
  /** Ours, for the User-Agent. */
  version?: string
  /**
   * How long a single request may be refused with 429 before it counts as failed, in milliseconds. It counts from
   * the request's first refusal: a run that asks for the tags of every issue lawfully takes longer than this.
   */
  refusalDeadlineMs?: number
}

/**
 * Every answer is a value: what was asked, or a failure with its reason; only a cancelled signal throws. After a
 * 401 nothing is sent any more: every call answers with that refusal.
 */
export type SentryClient = Pick<OrganizationApi, "organization"> &
  ProjectsApi &
  PeopleApi &
  IssuesApi &
  AccountApi &
  EventsApi & {
    /** Requests made so far (repeated ones once), by the template of their endpoint. */
    requests(): ReadonlyMap<string, number>
    /** Milliseconds since the epoch on Sentry's clock. */
    serverNow(): number
  }

export function createSentryClient(deps: SentryClientDeps): SentryClient {
  const { settings } = deps
  const requests = new Map<string, number>()
  const asking = createGetter({
    http: deps.http,
    token: settings.token,
    configuredOrigin: new URL(settings.host).origin,
    limits: deps.limits ?? createRateLimits(deps.clock ? { clock: deps.clock } : {}),
    log: deps.log,
    userAgent: `ocean-sentry/${deps.version ?? "0"}`,
    refusalDeadlineMs: deps.refusalDeadlineMs ?? 30 * 60_000,
    clock: deps.clock,
  })
  const getter: Getter = {
    ...asking,
    get(request) {
      const { template } = request.route
      requests.set(template, (requests.get(template) ?? 0) + 1)
      return asking.get(request)
    },
  }
  const organizations = organizationApi(getter, settings)
  const calls = createCalls(getter, organizations.dataHost)
  const probeRetry = sentryRetryPolicy({
    retries: 1,
    ...(deps.retryBaseMs === undefined ? {} : { baseMs: deps.retryBaseMs }),
  })
  const { organization: org } = settings
  return {
    organization: organizations.organization,
    serverNow: getter.serverNow,
    ...accountApi(getter, settings),
    requests: () => requests,
    ...projectsApi({ calls, org, organizations, log: deps.log }),
    ...peopleApi(calls, org),
    ...issuesApi({ calls, org, probeRetry, log: deps.log }),
    ...eventsApi(calls, org),
  }
}
