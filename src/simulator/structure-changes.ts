// What administrators do: projects, teams and members come, go and change their names.
import { existing } from "./issue-changes.ts"
import type { Assignee, Member, MemberRole, Project, Team, User } from "./model.ts"
import type { Lookups, OrganizationData } from "./organization.ts"
import { memberBody } from "./payloads/member.ts"
import { patchPayload } from "./payloads/patch.ts"
import { projectBody } from "./payloads/project.ts"

interface NewProject {
  slug: string
  id?: string
  name?: string
  platform?: string | null
  environments?: { name: string; hidden?: boolean }[]
}

interface NewMember {
  email: string
  name?: string
  role?: MemberRole
  /** True: the invitation is open, and there is no user yet. */
  invited?: boolean
}

/** Projects and teams are named by slug or id, members by id, user id or email. */
export interface StructureChanges {
  addProject(project: NewProject): Project
  /** Its issues go with it. */
  removeProject(project: string): void
  renameProject(project: string, to: { slug?: string; name?: string }): Project
  setEnvironmentHidden(project: string, environment: string, hidden: boolean): void
  addTeam(team: { slug: string; name?: string; projects?: string[]; members?: string[] }): Team
  removeTeam(team: string): void
  setTeamProjects(team: string, projects: string[]): Team
  setTeamMembers(team: string, members: string[]): Team
  addMember(member: NewMember): Member
  acceptInvitation(member: string, name?: string): Member
  removeMember(member: string): void
}

export function structureChanges(organization: OrganizationData & Lookups): StructureChanges {
  const projectNamed = (name: string) => existing(organization.projectOf(name), `project ${name}`)
  const teamNamed = (name: string) => existing(organization.teamOf(name), `team ${name}`)
  const memberNamed = (name: string) => existing(organization.memberOf(name), `member ${name}`)

  function setTeamProjects(name: string, projects: string[]): Team {
    const team = teamNamed(name)
    team.projectIds = projects.map((project) => projectNamed(project).id)
    if (team.payload) delete team.payload.projects
    organization.changed()
    return team
  }

  function setTeamMembers(name: string, members: string[]): Team {
    const team = teamNamed(name)
    team.memberships = members.map((member) => ({ memberId: memberNamed(member).id, role: null }))
    delete team.memberPayloads
    if (team.payload) team.payload.memberCount = team.memberships.length
    organization.changed()
    return team
  }

  return {
    addProject(given) {
      const project: Project = {
        id: given.id ?? `4600${organization.nextId()}`,
        slug: given.slug,
        name: given.name ?? given.slug,
        platform: given.platform ?? null,
        dateCreated: organization.clock.now(),
        firstEvent: null,
        hasMonitors: false,
        hasSessions: false,
        color: "#3f8abf",
        latestRelease: null,
        environments: (given.environments ?? []).map(({ name, hidden = false }) => ({
          id: organization.nextId(),
          name,
          hidden,
        })),
        formerSlugs: [],
        issuesMade: 0,
      }
      organization.projects.set(project.id, project)
      organization.changed()
      return project
    },
    removeProject(name) {
      const project = projectNamed(name)
      for (const issue of organization.issuesOf(project.id)) organization.issues.delete(issue.id)
      for (const team of organization.teams.values()) {
        team.projectIds = team.projectIds.filter((id) => id !== project.id)
      }
      organization.projects.delete(project.id)
      organization.changed()
    },
    renameProject(name, to) {
      const project = projectNamed(name)
      if (to.slug && to.slug !== project.slug) project.formerSlugs.push(project.slug)
      patchPayload(project, () => projectBody(project), {
        slug: to.slug ?? project.slug,
        name: to.name ?? project.name,
      })
      for (const issue of organization.issuesOf(project.id)) {
        delete issue.text
        if (issue.payload) {
          const { id, slug, platform } = project
          issue.payload.project = { id, name: project.name, slug, platform }
        }
      }
      organization.changed()
      return project
    },
    setEnvironmentHidden(name, environmentName, hidden) {
      const project = projectNamed(name)
      const environment = project.environments.find((candidate) => candidate.name === environmentName)
      existing(environment, `environment ${environmentName}`).hidden = hidden
      organization.changed()
    },
    addTeam(given) {
      const team: Team = {
        id: organization.nextId(),
        slug: given.slug,
        name: given.name ?? given.slug,
        dateCreated: organization.clock.now(),
        provisioned: false,
        memberships: [],
        projectIds: [],
        externalTeams: [],
      }
      organization.teams.set(team.id, team)
      setTeamProjects(team.id, given.projects ?? [])
      return setTeamMembers(team.id, given.members ?? [])
    },
    removeTeam(name) {
      const team = teamNamed(name)
      organization.teams.delete(team.id)
      unassignFrom(organization, (assignee) => assignee?.type === "team" && assignee.teamId === team.id)
      organization.changed()
    },
    setTeamProjects,
    setTeamMembers,
    addMember(given) {
      const now = organization.clock.now()
      const member: Member = {
        id: organization.nextId(),
        email: given.email,
        role: given.role ?? "member",
        user: given.invited ? null : newUser(organization, given.email, given.name),
        expired: false,
        provisioned: false,
        ssoLinked: false,
        dateCreated: now,
        inviterName: null,
      }
      organization.members.set(member.id, member)
      organization.changed()
      return member
    },
    acceptInvitation(name, userName) {
      const member = memberNamed(name)
      patchPayload(member, () => memberBody(member), {
        user: member.user ?? newUser(organization, member.email, userName),
      })
      organization.changed()
      return member
    },
    removeMember(name) {
      const member = memberNamed(name)
      organization.members.delete(member.id)
      for (const team of organization.teams.values()) {
        team.memberships = team.memberships.filter(({ memberId }) => memberId !== member.id)
      }
      unassignFrom(organization, (assignee) => assignee?.type === "user" && assignee.memberId === member.id)
      organization.changed()
    },
  }
}

function unassignFrom(organization: OrganizationData, matches: (assignee: Assignee | null) => boolean): void {
  for (const issue of organization.issues.values()) {
    if (!matches(issue.assignedTo)) continue
    issue.assignedTo = null
    delete issue.text
    if (issue.payload) issue.payload.assignedTo = null
  }
}

function newUser(organization: OrganizationData, email: string, name: string | undefined): User {
  const now = organization.clock.now()
  return {
    id: organization.nextId(),
    name: name ?? email,
    username: email,
    email,
    emailId: organization.nextId(),
    hasPassword: true,
    has2fa: false,
    dateJoined: now,
    lastLogin: now,
    lastActive: now,
  }
}
