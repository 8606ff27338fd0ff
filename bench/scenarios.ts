// What is measured: sizes, mappings, the original's figures for the same, and what must hold.
import { environmentsPerIssue, projectAndIssue, type Resources } from "./mappings.ts"

/** Figures of the original (core 0.56.2, Sentry 0.3.153); absent ones were not measured. */
export interface OriginalFigures {
  sentryRequests?: number
  entitiesSent?: number
  cpuSeconds?: number
  wallSeconds?: number
  pssMegabytes?: number
  portRequests?: number
}

/** Times vary with the machine: its bound is far above what is measured, so that only a fault goes over it. */
export interface Limits {
  sentryRequests: number
  /** Of runs in which nothing has changed, where that is another figure. */
  unchangedRequests?: number
  /** Requests to Port; undefined: not held. */
  portRequests?: number
  /** Of runs in which nothing has changed, where that is another figure. */
  unchangedPortRequests?: number
  cpuSeconds: number
  pssMegabytes: number
}

/** How near a run must come to what the limits let through. */
export interface LimitMode {
  /** Times the seconds that the limits alone demand. */
  mostTimes: number
  /** Of all requests, how many may be refused. */
  mostRefused: number
}

export interface Scenario {
  name: string
  title: string
  projects: number
  issuesPerProject: number
  /** Undefined: the mapping and blueprints that a first start installs. */
  resources: Resources | undefined
  /** Whether the product has a database, so that the second run knows what the first one read. */
  keepsState?: boolean
  /** How long Sentry waits before each answer, in milliseconds. Default: not at all. */
  latencyMs?: number
  /** Sentry refuses what goes beyond its documented limits. */
  limits?: LimitMode
  /** Not among the quick ones. */
  slow?: boolean
  /** Takes long: run only when it is named. */
  byNameOnly?: boolean
  /** One for each run: the first, and a second in which nothing has changed. */
  original: readonly OriginalFigures[]
  /** What is aimed at, in the order of the runs: on two cores that nobody else uses. */
  aims?: readonly OriginalFigures[]
  /** What `--check` holds of each run; besides, a second run sends no entity. */
  most?: Limits
  /**
   * The same for `--quick`: the requests to Sentry as they are counted, so that one more is too many; those to Port with room
   * for log lines that a slow machine sends apart.
   */
  quickMost?: Limits
}

/** Of a start more than of the work, so that it is one for all. */
const quickUsage = { cpuSeconds: 4, pssMegabytes: 170 }

export function scenarios(): Scenario[] {
  return [
    {
      name: "project-issue-50x200",
      title: "50 projects × 200 issues, kinds project and issue",
      projects: 50,
      issuesPerProject: 200,
      resources: projectAndIssue(),
      original: [{ cpuSeconds: 30, wallSeconds: 22 }, {}],
      aims: [{ cpuSeconds: 2 }, {}],
      most: { sentryRequests: 110, cpuSeconds: 5, pssMegabytes: 250 },
      quickMost: { sentryRequests: 3, portRequests: 28, unchangedPortRequests: 13, ...quickUsage },
    },
    {
      name: "environments-50x200",
      title: "50 projects × 200 issues, with environments per issue",
      projects: 50,
      issuesPerProject: 200,
      resources: environmentsPerIssue(),
      most: { sentryRequests: 350, cpuSeconds: 6, pssMegabytes: 260 },
      aims: [{ sentryRequests: 350, cpuSeconds: 2.5 }, {}],
      original: [
        { sentryRequests: 10_174, cpuSeconds: 49, wallSeconds: 47 },
        { sentryRequests: 10_174, entitiesSent: 150 },
      ],
      quickMost: { sentryRequests: 19, portRequests: 47, unchangedPortRequests: 19, ...quickUsage },
    },
    {
      name: "environments-50x200-state",
      title: "50 projects × 200 issues, with environments per issue, and a database",
      projects: 50,
      issuesPerProject: 200,
      resources: environmentsPerIssue(),
      keepsState: true,
      most: {
        sentryRequests: 350,
        unchangedRequests: 160,
        unchangedPortRequests: 15,
        cpuSeconds: 6,
        pssMegabytes: 260,
      },
      aims: [
        { sentryRequests: 350, cpuSeconds: 2.5 },
        { sentryRequests: 160, portRequests: 15, entitiesSent: 0, cpuSeconds: 1.5 },
      ],
      original: [
        { sentryRequests: 10_174, cpuSeconds: 49, wallSeconds: 47 },
        { sentryRequests: 10_174, entitiesSent: 150 },
      ],
      quickMost: {
        sentryRequests: 19,
        unchangedRequests: 13,
        portRequests: 47,
        unchangedPortRequests: 16,
        ...quickUsage,
      },
    },
    {
      name: "latency-50x200",
      title: "50 projects × 200 issues, with environments per issue, Sentry answers after 50 ms",
      projects: 50,
      issuesPerProject: 200,
      resources: environmentsPerIssue(),
      slow: true,
      latencyMs: 50,
      // One request after the other: its floor, without anything else.
      original: [{ sentryRequests: 10_174, wallSeconds: 100 }],
      aims: [{ sentryRequests: 350, wallSeconds: 8 }],
    },
    {
      name: "default-10x100",
      title: "10 projects × 100 issues, the default mapping of the documentation's newer page",
      projects: 10,
      issuesPerProject: 100,
      resources: undefined,
      original: [{ cpuSeconds: 49 }, { entitiesSent: 1_443 }],
      aims: [{ cpuSeconds: 1.5 }, { entitiesSent: 0 }],
      quickMost: { sentryRequests: 10, portRequests: 43, unchangedPortRequests: 21, ...quickUsage },
    },
    {
      name: "project-issue-100x500",
      title: "100 projects × 500 issues, kinds project and issue",
      projects: 100,
      issuesPerProject: 500,
      resources: projectAndIssue(),
      original: [{ cpuSeconds: 127, pssMegabytes: 227 }],
      aims: [{ cpuSeconds: 7, pssMegabytes: 160 }],
      quickMost: { sentryRequests: 7, portRequests: 48, ...quickUsage },
    },
    {
      name: "limits-50x200",
      title: "50 projects × 200 issues, with environments per issue, under Sentry's limits",
      projects: 50,
      issuesPerProject: 200,
      resources: environmentsPerIssue(),
      slow: true,
      limits: { mostTimes: 1.3, mostRefused: 0.01 },
      // At 300 values of tags a minute: what an organization's own token is allowed.
      original: [{ sentryRequests: 10_174, wallSeconds: 33 * 60 }],
    },
    {
      name: "project-issue-1000x1000",
      title: "1,000 projects × 1,000 issues, kinds project and issue",
      projects: 1_000,
      issuesPerProject: 1_000,
      resources: projectAndIssue(),
      byNameOnly: true,
      original: [{}],
      aims: [{ pssMegabytes: 400 }],
      most: { sentryRequests: 10_200, cpuSeconds: 400, pssMegabytes: 400 },
    },
  ]
}

/** The same on a tenth of the projects and issues: to hold what is counted, not to compare. */
export function quickly({ most: _, ...scenario }: Scenario): Scenario {
  const projects = Math.ceil(scenario.projects / 10)
  const issuesPerProject = Math.ceil(scenario.issuesPerProject / 10)
  return {
    ...scenario,
    title: `${scenario.title}; quick, so only ${projects} × ${issuesPerProject}`,
    projects,
    issuesPerProject,
    original: scenario.original.map(() => ({})),
    ...(scenario.quickMost ? { most: scenario.quickMost } : {}),
  }
}
