// What is measured of live events: how many, how fast, on how many issues, and what must hold.
import type { Pace } from "./sentry-orders.ts"

export interface LiveScenario {
  name: string
  title: string
  projects: number
  issuesPerProject: number
  /** Added to each answer of Sentry. */
  latencyMs: number
  pace: Pace
  /** The original's figures for the same; absent ones were not measured. */
  original: { toEntityP50Ms?: number; toEntityP95Ms?: number; cpuMsPerEvent?: number; wallSeconds?: number }
  /** Left out of a quick bench: its pace alone makes it long, and its counts are held by others. */
  slow?: boolean
  /** What `--check` holds: counts, since times vary with the machine. */
  most: { sentryRequests: number }
  /** The same for `--quick`. How events fall into groups varies, so there is room. */
  quickMost: { sentryRequests: number }
}

const size = { projects: 20, issuesPerProject: 100 }

export function liveScenarios(): LiveScenario[] {
  return [
    {
      name: "live-200-a-second",
      title: "2,000 events at 200 a second, each of its own issue",
      ...size,
      latencyMs: 0,
      pace: { events: 2_000, perSecond: 200, issues: 2_000 },
      original: {},
      most: { sentryRequests: 250 },
      quickMost: { sentryRequests: 40 },
    },
    {
      name: "live-2-a-second",
      slow: true,
      title: "60 events at 2 a second, Sentry answers after 50 ms",
      ...size,
      latencyMs: 50,
      pace: { events: 60, perSecond: 2, issues: 2_000 },
      original: { toEntityP50Ms: 122, toEntityP95Ms: 280, cpuMsPerEvent: 120 },
      most: { sentryRequests: 70 },
      quickMost: { sentryRequests: 10 },
    },
    {
      name: "live-20-a-second",
      slow: true,
      title: "400 events at 20 a second, Sentry answers after 50 ms",
      ...size,
      latencyMs: 50,
      pace: { events: 400, perSecond: 20, issues: 2_000 },
      original: {},
      most: { sentryRequests: 410 },
      quickMost: { sentryRequests: 44 },
    },
    {
      name: "live-burst",
      title: "a burst of 2,000 events on 2,000 issues, Sentry answers after 50 ms",
      ...size,
      latencyMs: 50,
      pace: { events: 2_000, perSecond: undefined, issues: 2_000 },
      original: { toEntityP95Ms: 183_000, cpuMsPerEvent: 120, wallSeconds: 202 },
      most: { sentryRequests: 60 },
      quickMost: { sentryRequests: 15 },
    },
    {
      name: "live-burst-20-issues",
      title: "a burst of 2,000 events on 20 issues, Sentry answers after 50 ms",
      ...size,
      latencyMs: 50,
      pace: { events: 2_000, perSecond: undefined, issues: 20 },
      original: { cpuMsPerEvent: 120, wallSeconds: 202 },
      most: { sentryRequests: 48 },
      quickMost: { sentryRequests: 15 },
    },
  ]
}

/** A tenth of the issues and events, the same pace. */
export function quicklyLive(scenario: LiveScenario): LiveScenario {
  const { events, perSecond, issues } = scenario.pace
  return {
    ...scenario,
    title: `${scenario.title}; quick, so only a tenth of events and issues`,
    issuesPerProject: Math.ceil(scenario.issuesPerProject / 10),
    pace: {
      events: Math.ceil(events / 10),
      perSecond,
      issues: Math.min(issues, Math.ceil((scenario.projects * scenario.issuesPerProject) / 10)),
    },
    original: {},
    most: scenario.quickMost,
  }
}
