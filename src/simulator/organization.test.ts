// Changes to the simulated organization.
import { describe, expect, it } from "vitest"
import { steppedClock } from "../../test/support/simulator.ts"
import { createOrganization } from "./organization.ts"
import { issueBody, openText } from "./payloads/issue.ts"

function small() {
  const clock = steppedClock("2026-11-20T10:15:00Z")
  const organization = createOrganization({ slug: "acme", clock })
  organization.addProject({ slug: "api" })
  organization.addMember({ email: "ana@acme.example", name: "Ana" })
  organization.addTeam({ slug: "core", projects: ["api"], members: ["ana@acme.example"] })
  const issue = organization.addIssue("api", { title: "Boom", environment: "production" })
  return { clock, organization, issue }
}

describe("an issue", () => {
  it("goes from new to resolved, archived and back", () => {
    const { organization, issue } = small()
    expect(organization.resolve(issue.id, { inNextRelease: true, by: "ana@acme.example" })).toMatchObject({
      status: "resolved",
      substatus: null,
      statusDetails: { inNextRelease: true, actor: { email: "ana@acme.example" } },
    })
    expect(organization.archive(issue.id, "forever")).toMatchObject({
      status: "ignored",
      substatus: "archived_forever",
    })
    expect(organization.unresolve(issue.id)).toMatchObject({ status: "unresolved", substatus: "ongoing" })
  })

  it("regresses when it has an event after it was resolved", () => {
    const { organization, issue, clock } = small()
    organization.resolve(issue.id)
    clock.set("2026-11-20T11:00:00Z")
    organization.addEvent(issue.id, { environment: "staging", tags: { tier: "gold" }, newUser: true })

    expect(issue).toMatchObject({ status: "unresolved", substatus: "regressed", count: 2, userCount: 1 })
    expect(issue.lastSeen).toBe(clock.now())
    expect(issue.tags.get("environment")?.map(({ value }) => value)).toEqual(["production", "staging"])
    expect(issue.tags.get("tier")).toMatchObject([{ value: "gold", count: 1 }])
    expect(organization.projectOf("api")?.environments.map(({ name }) => name)).toEqual([
      "production",
      "staging",
    ])
  })

  it("is written anew after a change, and only then", () => {
    const { organization, issue } = small()
    const before = openText(organization, issue)
    expect(openText(organization, issue)).toBe(before)
    organization.assign(issue.id, { user: "ana@acme.example" })
    expect(openText(organization, issue)).toContain('"email":"ana@acme.example"')
    organization.assign(issue.id, { team: "core" })
    expect(openText(organization, issue)).toContain('"type":"team"')
    organization.renameProject("api", { slug: "api-two", name: "API" })
    expect(openText(organization, issue)).toContain('"slug":"api-two"')
  })

  it("loses its assignee with the member or team", () => {
    const { organization, issue } = small()
    organization.assign(issue.id, { user: "ana@acme.example" })
    organization.removeMember("ana@acme.example")
    expect(issueBody(organization, issue).assignedTo).toBeNull()
    organization.assign(issue.id, { team: "core" })
    organization.removeTeam("core")
    expect(issueBody(organization, issue).assignedTo).toBeNull()
  })

  it("merged twice, every old id leads to the last survivor", () => {
    const { organization, issue } = small()
    const second = organization.addIssue("api", { title: "Second", environment: "production" })
    const third = organization.addIssue("api", { title: "Third" })
    organization.mergeIssue(issue.id, second.id)
    organization.mergeIssue(second.id, third.id)

    expect(organization.issueOf(issue.id)).toBe(third)
    expect(organization.issueOf(second.id)).toBe(third)
    expect(third.count).toBe(3)
    expect(third.tags.get("environment")).toMatchObject([{ value: "production", count: 2 }])
    expect(() => organization.mergeIssue(issue.id, third.id)).toThrow("already")
  })

  it("that is not there is an error, not silence", () => {
    const { organization } = small()
    expect(() => organization.resolve("1")).toThrow("issue 1: no such object")
    expect(() => organization.renameProject("nowhere", { slug: "x" })).toThrow("project nowhere")
  })
})

describe("structure", () => {
  it("a removed project takes its issues along and leaves its teams", () => {
    const { organization } = small()
    organization.removeProject("api")
    expect(organization.issues.size).toBe(0)
    expect(organization.teamOf("core")?.projectIds).toEqual([])
  })

  it("an invitation becomes a user when it is accepted", () => {
    const { organization } = small()
    const member = organization.addMember({ email: "new@acme.example", invited: true })
    expect(member.user).toBeNull()
    organization.acceptInvitation("new@acme.example", "Newcomer")
    expect(member.user).toMatchObject({ name: "Newcomer", email: "new@acme.example" })
  })
})
