import { describe, expect, it } from "vitest"
import { steppedClock } from "../../test/support/simulator.ts"
import { createDemoOrganization } from "./demo.ts"
import { type GenerateOptions, generateOrganization } from "./generate.ts"
import type { Organization } from "./organization.ts"
import { issueDetail } from "./payloads/issue.ts"
import { memberBody } from "./payloads/member.ts"
import { projectDetail } from "./payloads/project.ts"
import { teamBody } from "./payloads/team.ts"

const clock = steppedClock("2026-11-20T10:15:00Z")

function textOf(organization: Organization): string {
  return JSON.stringify([
    [...organization.projects.values()].map((project) => projectDetail(organization, project, {})),
    [...organization.members.values()].map(memberBody),
    [...organization.teams.values()].map((team) => teamBody(organization, team, true)),
    [...organization.issues.values()].map((issue) => [issueDetail(organization, issue), [...issue.tags]]),
  ])
}

describe("a generated organization", () => {
  it("is the same for the same seed, and another for another", () => {
    const options: GenerateOptions = { projects: 4, issuesPerProject: 30, members: 10, teams: 5, clock }
    const first = textOf(generateOrganization({ ...options, seed: 9 }))
    expect(textOf(generateOrganization({ ...options, seed: 9 }))).toBe(first)
    expect(textOf(generateOrganization({ ...options, seed: 10 }))).not.toBe(first)
  })

  it("has exactly the size asked for, with ids and slugs used once", () => {
    const organization = generateOrganization({
      projects: 150,
      issuesPerProject: 3,
      members: 60,
      teams: 25,
      clock,
    })
    const slugs = (objects: Iterable<{ slug: string }>) => new Set([...objects].map(({ slug }) => slug))
    expect(organization.issues.size).toBe(450)
    expect(slugs(organization.projects.values()).size).toBe(150)
    expect(slugs(organization.teams.values()).size).toBe(25)
    expect(new Set([...organization.members.values()].map(({ email }) => email)).size).toBe(60)
    expect(new Set([...organization.issues.values()].map(({ shortId }) => shortId)).size).toBe(450)
  })

  it("has what real ones have", () => {
    const organization = generateOrganization({ projects: 8, issuesPerProject: 50, emptyProjects: 1, clock })
    const issues = [...organization.issues.values()]
    const members = [...organization.members.values()]
    expect(issues).toHaveLength(350)
    expect(new Set(issues.map(({ status }) => status))).toEqual(
      new Set(["unresolved", "resolved", "ignored"]),
    )
    expect(new Set(issues.map(({ assignedTo }) => assignedTo?.type))).toEqual(
      new Set([undefined, "user", "team"]),
    )
    expect(issues.some(({ title }) => /[^\p{ASCII}]/u.test(title))).toBe(true)
    expect(issues.some(({ issueCategory }) => issueCategory !== "error")).toBe(true)
    expect(members.some(({ user }) => user === null)).toBe(true)
    expect([...organization.teams.values()].some(({ memberships }) => memberships.length === 0)).toBe(true)
    expect([...organization.projects.values()].filter(({ firstEvent }) => firstEvent === null)).toHaveLength(
      1,
    )
    expect(JSON.stringify(issues.map(({ text: _text, tags: _tags, ...issue }) => issue))).not.toMatch(
      /\{(n|word)\}/,
    )
  })

  it("keeps the numbers of an issue and its tags together", () => {
    const organization = generateOrganization({ projects: 3, issuesPerProject: 100, clock })
    for (const issue of organization.issues.values()) {
      expect(issue.firstSeen).toBeLessThanOrEqual(issue.lastSeen)
      expect(issue.lastSeen).toBeLessThanOrEqual(clock.now())
      for (const values of issue.tags.values()) {
        expect(values.reduce((total, { count }) => total + count, 0)).toBe(issue.count)
        for (const value of values) {
          expect(value.firstSeen).toBeGreaterThanOrEqual(issue.firstSeen)
          expect(value.lastSeen).toBeLessThanOrEqual(issue.lastSeen)
        }
      }
    }
  })

  it("without resolved and archived shares, all issues are unresolved", () => {
    const shares = { resolvedShare: 0, archivedShare: 0 }
    const organization = generateOrganization({ projects: 2, issuesPerProject: 50, ...shares, clock })
    expect([...organization.issues.values()].every(({ status }) => status === "unresolved")).toBe(true)
  })

  it("the demo has a project without issues and eight with 25 each", () => {
    const demo = createDemoOrganization({ clock })
    expect(demo.projects.size).toBe(9)
    expect(demo.issues.size).toBe(200)
  })
})
